/** `npm run icons`: renders assets/icons/stillgrain.svg to the files that the packages need. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import png2icons from 'png2icons';
import Vips from 'wasm-vips';

const folder = join(import.meta.dirname, '..', 'assets', 'icons');
/** The sizes of the freedesktop icon theme; 512 is also what windows and the README show. */
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

const drawing = await readFile(join(folder, 'stillgrain.svg'));
const vips = await Vips({ dynamicLibraries: ['vips-resvg.wasm'] });
const rendered = new Map<number, Buffer>();
for (const size of sizes) {
  using image = vips.Image.thumbnailBuffer(drawing, size, { height: size });
  const png = Buffer.from(image.writeToBuffer('.png[compression=9,strip]'));
  rendered.set(size, png);
  await writeFile(join(folder, `${String(size)}x${String(size)}.png`), png);
}
vips.shutdown();

const largest = rendered.get(1024)!;
const containers = {
  'icon.icns': png2icons.createICNS(largest, png2icons.BICUBIC2, 0),
  'icon.ico': png2icons.createICO(largest, png2icons.BICUBIC2, 0, false, true),
};
for (const [name, bytes] of Object.entries(containers)) {
  if (bytes === null) throw new Error(`${name} could not be made from the rendered icon.`);
  await writeFile(join(folder, name), bytes);
}
console.log(`Rendered ${String(sizes.length)} PNG sizes, icon.ico and icon.icns into assets/icons.`);

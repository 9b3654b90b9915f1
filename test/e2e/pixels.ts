/** Pixels of image files, decoded apart from the program's own code. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Vips from 'wasm-vips';

export interface Pixels {
  width: number;
  height: number;
  bands: number;
  samples: Uint8Array;
}

let loading: ReturnType<typeof Vips> | null = null;

function library(): ReturnType<typeof Vips> {
  return (loading ??= Vips({ dynamicLibraries: [] }));
}

/** Decodes a file of 8 bits a sample as it is stored: no orientation, no conversion of colours. */
export async function decode(file: Uint8Array): Promise<Pixels> {
  const vips = await library();
  const image = vips.Image.newFromBuffer(file);
  try {
    if (image.format !== 'uchar') throw new Error('Not 8 bits a sample.');
    return {
      width: image.width,
      height: image.height,
      bands: image.bands,
      samples: Uint8Array.from(image.writeToMemory()),
    };
  } finally {
    image.delete();
  }
}

/** The largest difference of two pictures' samples, and the share of samples that differ. */
export function difference(a: Pixels, b: Pixels): { largest: number; share: number } {
  if (a.samples.length !== b.samples.length) throw new Error('The pictures have different sizes.');
  let largest = 0;
  let differing = 0;
  a.samples.forEach((sample, index) => {
    const away = Math.abs(sample - b.samples[index]!);
    if (away > 0) differing += 1;
    if (away > largest) largest = away;
  });
  return { largest, share: differing / a.samples.length };
}

/** Writes `count` small photos, no two alike. */
export async function writeNoisePhotos(folder: string, count: number): Promise<void> {
  const vips = await library();
  for (let seed = 1; seed <= count; seed += 1) {
    const noise = vips.Image.gaussnoise(48, 48, { seed, mean: 128, sigma: 40 }).cast('uchar');
    writeFileSync(join(folder, `noise ${seed}.png`), noise.writeToBuffer('.png'));
    noise.delete();
  }
}

/** Writes `count` small crops of a real photo into `folder`: an album that shows one thing. */
export async function writeCrops(folder: string, of: string, count: number): Promise<void> {
  const vips = await library();
  mkdirSync(folder, { recursive: true });
  const whole = vips.Image.newFromBuffer(readFileSync(of));
  const small = whole.resize(320 / Math.min(whole.width, whole.height));
  for (let n = 0; n < count; n += 1) {
    // Steps without a common factor, so that no two crops are alike.
    const crop = small.crop((n * 37) % (small.width - 240), (n * 23) % (small.height - 180), 240, 180);
    writeFileSync(join(folder, `crop ${n + 1}.jpg`), crop.writeToBuffer('.jpg', { Q: 90 }));
    crop.delete();
  }
  small.delete();
  whole.delete();
}

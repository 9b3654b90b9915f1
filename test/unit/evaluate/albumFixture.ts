import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { photoLibrary } from '../../../engine/photo/library.ts';
import { withHandles } from '../../../engine/photo/handles.ts';
import { Random } from '../../../engine/random/index.ts';
import { samplePhoto, type SamplePhoto } from '../../fixtures/photos.ts';

/**
 * Writes an album of `count` different crops of one real photo into `folder` and returns their paths: albums that a
 * model can tell apart as easily as the photos themselves.
 */
export async function writeCrops(folder: string, of: SamplePhoto, count: number): Promise<string[]> {
  const vips = await photoLibrary();
  mkdirSync(folder, { recursive: true });
  const random = new Random(7);
  return withHandles((own) => {
    const original = own(vips.Image.jpegloadBuffer(readFileSync(samplePhoto(of))));
    const small = own(original.resize(96 / Math.min(original.width, original.height)));
    const held = own(small.copyMemory());
    return Array.from({ length: count }, (_, i) => {
      const [width, height] = [32 + random.below(8), 32 + random.below(8)];
      const [left, top] = [random.below(held.width - width), random.below(held.height - height)];
      const path = join(folder, `${of} ${String(i).padStart(2, '0')}.jpg`);
      writeFileSync(path, own(held.crop(left, top, width, height)).jpegsaveBuffer({ Q: 95, keep: 'none' }));
      return path;
    });
  });
}

/** Writes a picture of one colour: what is easier to learn than any photo. */
export async function writeFlat(path: string, colour: readonly [number, number, number]): Promise<void> {
  const vips = await photoLibrary();
  mkdirSync(join(path, '..'), { recursive: true });
  const bytes = withHandles((own) => {
    const black = own(own(vips.Image.black(36, 36, { bands: 3 })).cast('uchar'));
    const flat = own(own(own(black.linear([0], [...colour])).cast('uchar')).copy({ interpretation: 'srgb' }));
    return flat.pngsaveBuffer({ keep: 'none' });
  });
  writeFileSync(path, bytes);
}

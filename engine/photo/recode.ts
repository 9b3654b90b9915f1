import { writeAtomically } from './atomicWrite.ts';
import { encode } from './encode.ts';
import { withInput } from './input.ts';
import { photoLibrary } from './library.ts';
import { decoding, openPixels, readHeader } from './open.ts';
import { resample } from './resample.ts';

/** What a copy costs that nothing is added to: decodes a JPEG and writes it as another, strip by strip. */
export async function recodeJpeg(source: string, path: string, quality: number): Promise<void> {
  return writeJpeg(source, path, quality, 1);
}

/** Writes a JPEG of about so many megapixels with a smaller photo's content, for measurements. */
export async function enlargeJpeg(source: string, path: string, megapixels: number): Promise<void> {
  const vips = await photoLibrary();
  const { width, height } = withInput(source, (input) => readHeader(vips, input));
  return writeJpeg(source, path, ENLARGED_QUALITY, Math.sqrt((megapixels * 1e6) / (width * height)));
}

/** As cameras write. */
const ENLARGED_QUALITY = 95;

async function writeJpeg(source: string, path: string, quality: number, scale: number): Promise<void> {
  const vips = await photoLibrary();
  withInput(source, (input, own) => {
    const pixels = openPixels(vips, input, own);
    const [width, height] = [pixels.width, pixels.height].map((side) => Math.max(1, Math.round(side * scale)));
    const changed = resample(own, pixels, false, width ?? 1, height ?? 1);
    writeAtomically(path, (output, ownHere) => {
      const target = output.target(vips, ownHere);
      decoding(input, () => encode(changed, target, 'jpeg', quality));
    });
  });
}

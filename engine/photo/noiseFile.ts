import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { writeAtomically } from './atomicWrite.ts';
import { withHandles } from './handles.ts';
import { photoLibrary } from './library.ts';
import type { NoiseCanvas } from './types.ts';

/** What is added to a noise sample to make it a grey value: samples −127 … 127 become 1 … 255. */
const ZERO = 128;

/** The noise as an 8-bit grey PNG, without loss: grey value = sample + 128. ρ_u is not in it. */
export async function encodeNoise(noise: NoiseCanvas): Promise<Uint8Array> {
  return encodeGrey(
    Uint8Array.from(noise.samples, (sample) => sample + ZERO),
    noise.width,
    noise.height,
  );
}

/** Grey values [height, width] as a PNG. */
async function encodeGrey(grey: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const vips = await photoLibrary();
  return withHandles((own) => {
    const image = own(vips.Image.newFromMemory(grey, width, height, 1, vips.BandFormat.uchar));
    return image.pngsaveBuffer({ compression: 9, bitdepth: 8, keep: 'none' });
  });
}

/**
 * The reverse of {@link encodeNoise}, with ρ_u from the catalog.
 * @throws UserError `corrupt` when the bytes are not such a PNG, whole.
 */
export async function decodeNoise(bytes: Uint8Array, rhoU: number): Promise<NoiseCanvas> {
  const vips = await photoLibrary();
  const decoded = withHandles((own) => {
    try {
      const image = own(vips.Image.pngloadBuffer(bytes, { fail_on: 'error' }));
      if (image.bands !== 1 || image.format !== 'uchar') throw new Error('not an 8-bit grey PNG');
      return { grey: image.writeToMemory(), width: image.width, height: image.height };
    } catch (cause) {
      throw damagedNoise(cause);
    }
  });
  const samples = Int8Array.from(decoded.grey, (value) => value - ZERO);
  if (samples.includes(-ZERO)) throw damagedNoise(new Error('a sample is outside of the budget'));
  return { samples, width: decoded.width, height: decoded.height, rhoU };
}

function damagedNoise(cause: unknown): UserError {
  return new UserError('corrupt', 'The stored noise of this photo is damaged.', 'Protect the photo again.', { cause });
}

/**
 * Writes the noise file (see {@link encodeNoise}) whole or not at all, in place of a file of that name.
 * @throws UserError when the disk does not take it.
 */
export async function writeNoise(path: string, noise: NoiseCanvas): Promise<{ sha256: string; bytes: number }> {
  const png = await encodeNoise(noise);
  writeAtomically(path, (output) => {
    output.writeAt(0, png);
  });
  return { sha256: createHash('sha256').update(png).digest('hex'), bytes: png.byteLength };
}

/**
 * A picture of the noise: a grey PNG of 128 + `amplification` · δ, δ in 1/255, at the canvas size, clipped to 0 … 255.
 */
export async function renderNoise(noise: NoiseCanvas, amplification: number): Promise<Uint8Array> {
  const scale = (amplification * noise.rhoU) / 127;
  const grey = Uint8ClampedArray.from(noise.samples, (sample) => ZERO + scale * sample);
  return encodeGrey(new Uint8Array(grey.buffer), noise.width, noise.height);
}

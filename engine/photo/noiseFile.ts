import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { writeAtomically } from './atomicWrite.ts';
import { withHandles } from './handles.ts';
import { photoLibrary } from './library.ts';
import { pngOf, pngText } from './rgb.ts';
import type { NoiseCanvas } from './types.ts';

/** What is added to a noise sample to make it a colour value: samples −127 … 127 become 1 … 255. */
const ZERO = 128;

/** Written into a noise file: its samples alone could be a photo's that has no black in it. */
const MARK = { keyword: 'stillgrain-noise', value: '1' } as const;

/** The noise as an 8-bit RGB PNG, marked as noise, without loss: value = sample + 128. ρ_u is not in it. */
export function encodeNoise({ samples, width, height }: NoiseCanvas): Promise<Uint8Array> {
  return pngOf({ samples: Uint8Array.from(samples, (sample) => sample + ZERO), width, height }, MARK);
}

/**
 * The reverse of {@link encodeNoise}, with ρ_u from the catalog. Noise used to be luminance only, in a grey PNG
 * without a mark; such files are still in users' libraries, and every channel gets their one value.
 * @throws UserError `corrupt` when the bytes are not such a PNG, whole.
 */
export async function decodeNoise(bytes: Uint8Array, rhoU: number): Promise<NoiseCanvas> {
  const vips = await photoLibrary();
  const decoded = withHandles((own) => {
    try {
      const image = own(vips.Image.pngloadBuffer(bytes, { fail_on: 'error' }));
      const { width, height, bands, format } = image;
      if ((bands !== 3 && bands !== 1) || format !== 'uchar') throw new Error('not an 8-bit RGB or grey PNG');
      if (bands === 3 && pngText(image, MARK.keyword) !== MARK.value) throw new Error('a picture, not noise');
      const rgb = bands === 3 ? image : own(own(image.bandjoin(image)).bandjoin(image));
      return { rgb: rgb.writeToMemory(), width, height };
    } catch (cause) {
      throw damagedNoise(cause);
    }
  });
  const samples = Int8Array.from(decoded.rgb, (value) => value - ZERO);
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
 * A picture of the noise: an RGB PNG of 128 + `amplification` · δ, δ in 1/255, at the canvas size, clipped to 0 … 255.
 */
export function renderNoise(noise: NoiseCanvas, amplification: number): Promise<Uint8Array> {
  const { samples, width, height, rhoU } = noise;
  const scale = (amplification * rhoU) / 127;
  const seen = Uint8ClampedArray.from(samples, (sample) => ZERO + scale * sample);
  return pngOf({ samples: new Uint8Array(seen.buffer), width, height });
}

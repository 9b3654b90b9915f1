import { toLab } from './colour.ts';
import { holdOriginal, passOf, picturesOf } from './copyPixels.ts';
import type { Pictures } from './copyPixels.ts';
import { planCopy } from './copyPlan.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import { withInput } from './input.ts';
import { photoLibrary } from './library.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { limitOf } from './noiseRows.ts';
import { decoding, readHeader } from './open.ts';
import { pullRows } from './pullRows.ts';
import type { NoiseCanvas, RenderOptions, Visibility } from './types.ts';

/**
 * What {@link Visibility} says of the copy that `renderCopy` would make of the same arguments, before encoding; nothing
 * is written. Not part of every rendering: on 12 megapixels the colour differences take longer than rendering and encoding
 * together.
 * @throws UserError when the photo cannot be read
 */
export async function measureVisibility(
  sourcePath: string,
  noise: NoiseCanvas,
  options: RenderOptions,
): Promise<Visibility> {
  const vips = await photoLibrary();
  return withInput(sourcePath, (input, own) => {
    const photo = readHeader(vips, input);
    const plan = planCopy(input, photo, options);
    const held = holdOriginal(vips, input, own, photo, plan);
    const pass = <T>(look: (pictures: Pictures, ownHere: Own) => T): T =>
      decoding(input, () =>
        withHandles((ownHere) => {
          const both = passOf(vips, input, ownHere, photo, plan, held, noise);
          return look(picturesOf(vips, ownHere, plan, both), ownHere);
        }),
      );

    const limit = limitOf(noise, plan.bitDepth);
    const atLimit = pass(({ original, changed }, ownHere) => {
      const distance = ownHere(ownHere(changed.subtract(original)).abs());
      return ownHere(distance.moreEq(limit)).avg() / 255;
    });

    const hasProfile = photo.hasProfile && !plan.toSrgb;
    const differences = pass(({ original, changed }, ownHere) =>
      colourDifferences(vips, ownHere, toLab(ownHere, original, hasProfile), toLab(ownHere, changed, hasProfile)),
    );
    return { meanDeltaE: differences.mean(), p99DeltaE: differences.quantile(0.99), atLimit };
  });
}

/**
 * CIEDE2000 between two pictures in CIELAB of one size, pixel by pixel: as in G. Sharma, W. Wu, E. N. Dalal, "The
 * CIEDE2000 color-difference formula", Color Research and Application 30(1), 2005, with k_L = k_C = k_H = 1.
 * One thing is libvips' own: of two hues on either side of red, more than 180° apart and adding up to less than 360°, it
 * takes the mean on the other side of red. Colours that differ as little as ours are then all but grey, and it does not
 * show; colours far apart can be off by several units.
 */
export function colourDifferences(vips: PhotoLibrary, own: Own, a: VipsImage, b: VipsImage): DifferenceMeter {
  const differences = new DifferenceMeter();
  const deltaE = own(own(a.dE00(b)).cast('float'));
  pullRows(vips, own, deltaE, deltaE.width * Float32Array.BYTES_PER_ELEMENT, (row) => {
    differences.push(new Float32Array(row.buffer, row.byteOffset, deltaE.width));
  });
  return differences;
}

/** Quantiles are exact to this much; one ΔE00 is about what can just be seen. */
const BIN = 0.01;

/** Mean and quantiles of colour differences that are pushed in pieces and forgotten. */
export class DifferenceMeter {
  /** How many differences fall into each {@link BIN}; nothing differs by more than 200. */
  readonly #bins = new Uint32Array(200 / BIN);
  #sum = 0;
  #count = 0;

  push(differences: Float32Array): void {
    for (const difference of differences) {
      const bin = Math.min(this.#bins.length - 1, Math.ceil(difference / BIN));
      this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
      this.#sum += difference;
    }
    this.#count += differences.length;
  }

  mean(): number {
    return this.#sum / this.#count;
  }

  /** The smallest difference, rounded up to a whole bin, that this share of all differences does not exceed. */
  quantile(share: number): number {
    let seen = 0;
    const bin = this.#bins.findIndex((count) => (seen += count) >= share * this.#count);
    return bin * BIN;
  }
}

import { hashFile } from '../files/index.ts';
import { LOSSLESS, measureVisibility, type Figures, type Visibility } from '../photo/index.ts';
import { seedFor, type Engine } from '../protect/index.ts';
import type { VisibilitySetting } from './setting.ts';

/** How visible one photo's protection is. */
export interface PhotoVisibility extends Figures, Visibility {
  /** E[ρ(x)] / ρ_u: mean share of ρ_u that masking left to the noise, 0 to 1. */
  budget: number;
  /** Mean cross-entropy of the generator to the target class, with the noise. */
  loss: number;
}

/**
 * Protects one photo, writes the lossless copy to `copyStem` + `.png`, and measures it.
 * @param seed of the protection, 32 bits
 * @throws UserError when the photo cannot be read or protected, or the copy not be written
 */
export async function measurePhoto(
  engine: Engine,
  source: string,
  setting: VisibilitySetting,
  targetClass: number,
  seed: number,
  copyStem: string,
  signal: AbortSignal,
): Promise<{ copy: string; visibility: PhotoVisibility }> {
  const { protection, copy } = await engine.protect(
    {
      source,
      settings: { ...setting, targetClass, seed: seedFor(seed, await hashFile(source)) },
      noisePath: null,
      copyStem,
      render: LOSSLESS,
    },
    { signal },
  );
  const visibility = await measureVisibility(source, protection.noise, LOSSLESS);
  return {
    copy: copy.path,
    visibility: { ...copy.figures, ...visibility, budget: protection.budget, loss: protection.loss.after },
  };
}

/** The mean of each figure; of `maxAbs` the largest. PSNR counts the photos that differ at all; null for none. */
export function meanOfPhotos(photos: readonly PhotoVisibility[]): PhotoVisibility {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const psnrs = photos.flatMap(({ psnr }) => psnr ?? []);
  return {
    psnr: psnrs.length === 0 ? null : mean(psnrs),
    ssim: mean(photos.map(({ ssim }) => ssim)),
    maxAbs: Math.max(...photos.map(({ maxAbs }) => maxAbs)),
    meanDeltaE: mean(photos.map(({ meanDeltaE }) => meanDeltaE)),
    p99DeltaE: mean(photos.map(({ p99DeltaE }) => p99DeltaE)),
    atLimit: mean(photos.map(({ atLimit }) => atLimit)),
    budget: mean(photos.map(({ budget }) => budget)),
    loss: mean(photos.map(({ loss }) => loss)),
  };
}

import { Matrix } from 'ml-matrix';
import { Random } from '../random/index.ts';
import { tangentLoss, type LabelledRows, type TangentSurrogate } from './tangentLoss.ts';
import { wholeLevels, type LabelledPictures, type NoiseTask } from './task.ts';

export interface TangentAttackSettings extends TangentSurrogate {
  /** ρ_u in units of 1/255. */
  rhoU: number;
  /** Size of one sign step, in units of 1/255. */
  alphaU: number;
  steps: number;
  /** Pictures that are attacked together. */
  block: number;
  /** Clean pictures, outside the block, on which the surrogate should fail. */
  validation: number;
}

/**
 * NTGA, neural tangent generalization attack (Yuan and Wu, ICML 2021), with the fully connected surrogate: sign ascent,
 * block by block, on the loss that an infinitely wide network has on clean pictures after it has learned from the
 * block for a time t.
 * @returns [count, 3, size, size] in levels of 1/255
 */
export async function tangentNoise(
  { pictures, seed, hooks }: NoiseTask,
  settings: TangentAttackSettings,
): Promise<Int8Array> {
  const { rhoU, alphaU, steps, block, validation } = settings;
  const { count, size } = pictures;
  const length = 3 * size * size;
  const random = new Random(seed);
  const order = random.permutation(count);
  const noise = new Int8Array(count * length);
  for (let first = 0; first < count; first += block) {
    const chosen = order.slice(first, first + block);
    const others = [...order.slice(0, first), ...order.slice(first + block)];
    const held = random.permutation(others.length).slice(0, validation);
    const judges = rowsOf(
      pictures,
      held.map((index) => others[index] ?? 0),
    );
    const clean = rowsOf(pictures, chosen);
    const x = clean.x.clone();
    for (let k = 0; k < steps; k++) {
      const { gradient } = tangentLoss(settings, { x, y: clean.y }, judges);
      ascend(x, clean.x, gradient, rhoU / 255, alphaU / 255);
      hooks?.onProgress?.((first + (chosen.length * (k + 1)) / steps) / count);
      // A block is minutes of plain computation: others, an interruption among them, get their turn.
      await new Promise(setImmediate);
    }
    const delta = Matrix.sub(x, clean.x);
    chosen.forEach((index, i) => noise.set(wholeLevels(delta.getRow(i), rhoU), index * length));
  }
  return noise;
}

/** One sign step up, back into the radius and into [0, 1]. */
function ascend(x: Matrix, clean: Matrix, gradient: Matrix, radius: number, alpha: number): void {
  x.apply(function (i, j) {
    const from = clean.get(i, j);
    const moved = this.get(i, j) + alpha * Math.sign(gradient.get(i, j));
    this.set(i, j, Math.max(0, from - radius, Math.min(1, from + radius, moved)));
  });
}

function rowsOf({ pixels, size, labels, classes }: LabelledPictures, chosen: readonly number[]): LabelledRows {
  const length = 3 * size * size;
  const x = new Matrix(
    chosen.map((index) => Array.from(pixels.subarray(index * length, (index + 1) * length), (sample) => sample / 255)),
  );
  const y = new Matrix(chosen.length, classes);
  chosen.forEach((index, i) => y.set(i, labels[index] ?? 0, 1));
  return { x, y };
}

/** In gradients of one picture by the reduced surrogate, as measured on a processor. */
export function tangentWork({ steps, block, validation }: TangentAttackSettings, count: number): number {
  return (count * steps * (block + validation)) / 20;
}

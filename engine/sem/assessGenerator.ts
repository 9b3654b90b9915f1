import { foldBatchNorm, type Weights } from '../network/index.ts';
import { Random } from '../random/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { sampleViews, UPLOAD_VIEWS } from '../views/index.ts';
import { maskingMap } from './masking.ts';
import { attackObjective, noiseObjective, viewObjective } from './objectives.ts';
import { classFilter, classFilters, startingNoise } from './classFilters.ts';
import { pgd } from './pgd.ts';
import { photoNoiseSettings, type AttackSettings } from './settings.ts';
import { oneHot, stableNoise } from './stableNoise.ts';
import { arraysOf, picturesOf, type PictureSet, type TrainingSettings } from './trainGenerator.ts';

/** How well a generator reads noise that was made for pictures it has not seen: shares in [0, 1]. */
export interface Assessment {
  pictures: number;
  rhoU: number;
  attack: AttackSettings;
  /** Of pictures with noise, seen through fresh upload views. */
  protectedAccuracy: number;
  /** The same under PGD. */
  attackedAccuracy: number;
  /** Of pictures without noise, for random labels: chance, if the generator reads nothing but noise. */
  plainAccuracy: number;
}

/**
 * Accuracy on `held`, pictures that were not trained on, with random labels: without noise, with the noise that a photo
 * would get (but from one view a step), and with that noise under PGD. Pictures beyond the last whole batch are left out.
 * @throws RangeError when `held` does not fill a batch
 */
export async function assessGenerator(
  runtime: Runtime,
  settings: TrainingSettings,
  weights: Weights,
  held: PictureSet,
  rhoU: number,
  attack: AttackSettings,
): Promise<Assessment> {
  const { network, batch } = settings;
  if (held.count < batch) throw new RangeError(`${held.count} held-out pictures do not fill a batch of ${batch}`);
  const frame = held.size;
  const size = { width: frame, height: frame };
  const sizes = Array.from({ length: batch }, () => size);
  const geometry = { frame, size: network.inputSize };
  const shape = { pictures: batch, views: 1, geometry };
  const folded = foldBatchNorm(network, weights);
  const feeds = arraysOf(folded);
  const noise = noiseObjective(network, shape, folded);
  const view = viewObjective(shape);
  const objective = attackObjective(network, batch);
  const compiledNoise = await runtime.compile(noise.fn, noise.inputs);
  const compiledView = await runtime.compile(view.fn, view.inputs);
  const compiledAttack = await runtime.compile(objective.fn, objective.inputs);
  const gradient = { compiled: compiledNoise, batch: shape, classes: network.classes };
  const filters = classFilters(network.classes);
  const random = new Random(settings.seed + 1);
  const photo = photoNoiseSettings(rhoU);
  let [plain, shielded, attacked, total] = [0, 0, 0, 0];

  for (let first = 0; first + batch <= held.count; first += batch) {
    const x = picturesOf(
      held,
      Array.from({ length: batch }, (_, i) => first + i),
    );
    const labels = Array.from({ length: batch }, () => random.below(network.classes));
    const target = oneHot(labels, network.classes);
    const delta = new Float32Array(batch * 3 * frame * frame);
    const budget = new Float32Array(batch * 3 * frame * frame);
    labels.forEach((label, i) => {
      const picture = x.subarray(i * 3 * frame * frame, (i + 1) * 3 * frame * frame);
      delta.set(startingNoise(classFilter(filters, label), rhoU, picture, frame, size), i * 3 * frame * frame);
      budget.set(maskingMap(picture, frame, size), i * 3 * frame * frame);
    });
    await stableNoise(gradient, { x, delta, budget, sizes, labels }, { ...photo, views: 1 }, random);
    const look = async (noiseSeen: Float32Array): Promise<Float32Array> => {
      const views = sampleViews(random, UPLOAD_VIEWS, geometry, sizes);
      return (await compiledView.run({ x, delta: noiseSeen, ...views }))['seen'] ?? new Float32Array();
    };
    const hits = async (seen: Float32Array): Promise<number> =>
      ((await compiledAttack.run({ seen, target, ...feeds }))['correct'] ?? new Float32Array()).reduce(
        (a, b) => a + b,
        0,
      );
    plain += await hits(await look(new Float32Array(delta.length)));
    const seen = await look(delta);
    shielded += await hits(seen);
    attacked += await hits(await pgd(compiledAttack, seen, target, feeds, attack, random));
    total += batch;
  }
  await Promise.all([compiledNoise.dispose(), compiledView.dispose(), compiledAttack.dispose()]);
  return {
    pictures: total,
    rhoU,
    attack,
    plainAccuracy: plain / total,
    protectedAccuracy: shielded / total,
    attackedAccuracy: attacked / total,
  };
}

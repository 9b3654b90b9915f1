import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../errors.ts';
import { foldBatchNorm, initialWeights, type NetworkConfig, type Weights } from '../network/index.ts';
import { Random } from '../random/index.ts';
import type { Arrays, CompiledFunction, Runtime } from '../runtime/index.ts';
import { sampleViews, type ViewGeometry } from '../views/index.ts';
import { classFilter, classFilters, startingNoise, type ClassFilter } from './classFilters.ts';
import { descend, learningRateAt, trainableArrays } from './descent.ts';
import { Curriculum, difficultyAt, PACE, viewsFor, warmUpFor, type Pace } from './curriculum.ts';
import { maskingMap } from './masking.ts';
import { attackObjective, trainingObjective, viewObjective, type Batch, type Objective } from './objectives.ts';
import { pgd } from './pgd.ts';
import type { AttackSettings, DescentSettings, NoiseSettings } from './settings.ts';
import { Sgd } from './sgd.ts';
import { compileNoise, oneHot, stableNoise, type CompiledNoise } from './stableNoise.ts';

/** Share of the pictures whose noise is masked in training: photos' noise is, but not that of a user who masks nothing. */
export const MASKED_SHARE = 0.5;

/** Pictures to train on, square, in memory. */
export interface PictureSet {
  count: number;
  /** Side in pixels. */
  size: number;
  /** [count, 3, size, size], 0 to 255. */
  pixels: Uint8Array;
  /** The class of each picture, when there are any. */
  labels: Int32Array | null;
}

export interface TrainingSettings extends DescentSettings {
  network: NetworkConfig;
  noise: NoiseSettings;
  attack: AttackSettings;
  /**
   * `picture`: y is the picture's class and δᵘ starts at random, as the paper. `album`: y is drawn
   * independently of the picture, so that the generator learns to read the noise whatever a photo shows; δᵘ starts
   * from the class's filter, and the difficulty follows the accuracy.
   */
  labels: 'picture' | 'album';
  /** How the difficulty follows the accuracy; `PACE` when missing. */
  pace?: Pace;
  seed: number;
}

/** A point of the training curve. */
export interface CurvePoint {
  step: number;
  loss: number;
  accuracy: number;
  level: number;
  seconds: number;
}

/** What a resumed training may have otherwise than before. */
export interface Schedule {
  from: number;
  /** M. */
  steps: number;
  pace: Pace;
}

/** Everything that a later run needs to go on. */
export interface TrainingState {
  step: number;
  weights: Weights;
  velocity: Record<string, Float32Array>;
  curriculum: { level: number; accuracy: number };
  curve: CurvePoint[];
  /** M and the curriculum's pace, from which step on: more than one where a resumed run had others. */
  schedules: Schedule[];
}

export interface TrainingHooks {
  onStep?: (point: CurvePoint) => void;
  /** Called every `checkpointEvery` steps with a state that may be kept. */
  onCheckpoint?: (state: TrainingState) => Promise<void>;
  checkpointEvery?: number;
  /** Asked before each step; true ends the training with a last checkpoint. */
  stop?: () => boolean;
}

/**
 * Noise generator training, Algorithm 1, lines 1 to 13.
 * @throws UserError 'runtime' when the training diverges, before that state would be kept or answered
 */
export async function trainGenerator(
  runtime: Runtime,
  settings: TrainingSettings,
  pictures: PictureSet,
  hooks: TrainingHooks = {},
  resume?: TrainingState,
): Promise<TrainingState> {
  const compiled = await compileTraining(runtime, settings, pictures.size);
  try {
    return await train(compiled, settings, pictures, hooks, resume ?? firstState(settings));
  } finally {
    await compiled.dispose();
  }
}

function firstState({ network, seed }: TrainingSettings): TrainingState {
  return {
    step: 0,
    weights: initialWeights(network, new Random(seed)),
    velocity: {},
    curriculum: { level: 0, accuracy: 0 },
    curve: [],
    schedules: [],
  };
}

async function train(
  compiled: Compiled,
  settings: TrainingSettings,
  pictures: PictureSet,
  hooks: TrainingHooks,
  state: TrainingState,
): Promise<TrainingState> {
  const filters = settings.labels === 'album' ? classFilters(settings.network.classes) : null;
  const schedule = { from: state.step, steps: settings.steps, pace: settings.pace ?? PACE };
  const before = state.schedules.at(-1);
  if (before === undefined || !isDeepStrictEqual({ ...before, from: state.step }, schedule))
    state.schedules.push(schedule);
  const sgd = new Sgd(settings.momentum, settings.weightDecay);
  sgd.restore(state.velocity);
  const curriculum = new Curriculum(state.curriculum, settings.pace);
  let seconds = state.curve.at(-1)?.seconds ?? 0;

  while (state.step < settings.steps && !hooks.stop?.()) {
    const started = performance.now();
    // Each step has its own stream, so that a resumed run draws what an unbroken one would have drawn.
    const random = new Random((settings.seed ^ Math.imul(state.step + 1, 0x85ebca6b)) | 0);
    const { loss, accuracy } = await trainingStep(
      compiled,
      settings,
      pictures,
      filters,
      state,
      sgd,
      curriculum,
      random,
    );
    if (!Number.isFinite(loss)) throw diverged(state.step + 1);
    seconds += (performance.now() - started) / 1000;
    state.step++;
    const point = { step: state.step, loss, accuracy, level: curriculum.level, seconds };
    if (state.step % 10 === 0) state.curve.push(point);
    hooks.onStep?.(point);
    state.velocity = sgd.state();
    state.curriculum = { level: curriculum.level, accuracy: curriculum.accuracy };
    if (hooks.checkpointEvery && state.step % hooks.checkpointEvery === 0) await keep(state, hooks);
  }
  await keep(state, hooks);
  return state;
}

/** The loss is of the weights before the step: those after it may be no numbers although it was one. */
async function keep(state: TrainingState, { onCheckpoint }: TrainingHooks): Promise<void> {
  const arrays = [...Object.values(state.weights).map(({ data }) => data), ...Object.values(state.velocity)];
  if (!arrays.every((data) => data.every(Number.isFinite))) throw diverged(state.step);
  await onCheckpoint?.(state);
}

/** A generator of numbers that are none would take the place of a good one, in its file and in its checkpoint. */
const diverged = (step: number): UserError =>
  new UserError(
    'runtime',
    `The generator’s training went astray at step ${step}: its loss is no number any more.`,
    'Begin it anew with a smaller learning rate (train-generator: --learning-rate), or on another runtime.',
  );

interface Compiled {
  gradient: CompiledNoise;
  view: CompiledFunction;
  attack: CompiledFunction;
  training: CompiledFunction;
  dispose(): Promise<void>;
}

async function compileTraining(runtime: Runtime, settings: TrainingSettings, frame: number): Promise<Compiled> {
  const { network, batch, noise, labels } = settings;
  const geometry: ViewGeometry = { frame, size: network.inputSize };
  const shape: Batch = { pictures: batch, views: labels === 'picture' ? noise.views : 1, geometry };
  const compile = ({ fn, inputs }: Objective): Promise<CompiledFunction> => runtime.compile(fn, inputs);
  const gradient = await compileNoise(runtime, network, shape, noise);
  const view = await compile(viewObjective({ ...shape, views: 1 }));
  const attack = await compile(attackObjective(network, batch));
  const training = await compile(trainingObjective(network, batch));
  return {
    gradient,
    view,
    attack,
    training,
    dispose: async () => {
      await Promise.all([gradient, view, attack, training].map((each) => each.dispose()));
    },
  };
}

async function trainingStep(
  compiled: Compiled,
  settings: TrainingSettings,
  pictures: PictureSet,
  filters: readonly ClassFilter[] | null,
  state: TrainingState,
  sgd: Sgd,
  curriculum: Curriculum,
  random: Random,
): Promise<{ loss: number; accuracy: number }> {
  const { network, batch } = settings;
  const album = filters !== null;
  const frame = pictures.size;
  const size = { width: frame, height: frame };
  const sizes = Array.from({ length: batch }, () => size);
  const geometry: ViewGeometry = { frame, size: network.inputSize };

  // Line 2: a minibatch, and δᵘ to start from.
  const chosen = Array.from({ length: batch }, () => random.below(pictures.count));
  const x = picturesOf(pictures, chosen);
  const labels = chosen.map((index) => (album ? random.below(network.classes) : (pictures.labels?.[index] ?? 0)));
  const target = oneHot(labels, network.classes);
  const warm = !album || state.step >= warmUpFor(settings.steps);
  const noise = warm ? settings.noise : { ...settings.noise, steps: 0 };
  const { attack, uploadShare } = album
    ? difficultyAt(curriculum.level, settings.attack)
    : { attack: settings.attack, uploadShare: 0 };
  const distribution = album ? viewsFor(random.chance(uploadShare)) : noise.distribution;
  const delta = filters
    ? new Float32Array(batch * 3 * frame * frame)
    : random.uniform(batch * 3 * frame * frame, noise.rhoU / 255);
  const budget = new Float32Array(delta.length).fill(1);
  if (filters) {
    labels.forEach((label, i) => {
      const first = i * 3 * frame * frame;
      const picture = x.subarray(first, first + 3 * frame * frame);
      delta.set(startingNoise(classFilter(filters, label), noise.rhoU, picture, frame, size), first);
      if (!random.chance(MASKED_SHARE)) return;
      budget.set(maskingMap(picture, frame, size), first);
      for (let k = first; k < first + picture.length; k++) delta[k] = (delta[k] ?? 0) * (budget[k] ?? 1);
    });
  }

  // Lines 3 to 9.
  const folded = arraysOf(foldBatchNorm(network, state.weights));
  const problem = { x, delta, budget, sizes, labels };
  await stableNoise(compiled.gradient, problem, { ...noise, distribution }, random, { weights: folded });

  // Line 10.
  const views = sampleViews(random, distribution, geometry, sizes);
  const { seen } = await compiled.view.run({ x, delta, ...views });
  if (!seen) throw new Error('the view objective did not answer');

  // Line 11.
  const attacked = await pgd(compiled.attack, seen, target, folded, attack, random);

  // Line 12.
  const outputs = await compiled.training.run({ seen: attacked, target, ...trainableArrays(network, state.weights) });
  descend(network, state.weights, outputs, sgd, learningRateAt(settings, state.step));
  const accuracy = (outputs['correct'] ?? new Float32Array()).reduce((sum, hit) => sum + hit, 0) / batch;
  curriculum.observe(accuracy, warm);
  return { loss: outputs['loss']?.[0] ?? NaN, accuracy };
}

/** The chosen pictures as [N, 3, size, size] in [0, 1]. */
export function picturesOf(pictures: PictureSet, chosen: readonly number[]): Float32Array {
  const length = 3 * pictures.size ** 2;
  const x = new Float32Array(chosen.length * length);
  chosen.forEach((index, i) => {
    for (let k = 0; k < length; k++) x[i * length + k] = (pictures.pixels[index * length + k] ?? 0) / 255;
  });
  return x;
}

/** The data of weights, as feeds. */
export const arraysOf = (weights: Weights): Arrays =>
  Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));

import { UserError } from '../errors.ts';
import { foldBatchNorm, initialWeights, type NetworkConfig, type Weights } from '../network/index.ts';
import { Random } from '../random/index.ts';
import type { CompiledFunction, Runtime } from '../runtime/index.ts';
import {
  arraysOf,
  attackObjective,
  cosine,
  descend,
  oneHot,
  pgd,
  picturesOf,
  Sgd,
  trainableArrays,
  trainingObjective,
  type Objective,
} from '../sem/index.ts';
import { sampleViews, type ViewDistribution, type ViewGeometry } from '../views/index.ts';
import { attackOf, augmented, isAugmentation, type Batch, type Countermeasure } from './countermeasure.ts';
import { augmentationObjective, classificationObjective } from './objectives.ts';
import { geometryOf, type AlbumPictures } from './pictures.ts';
import { HELD_OUT_VIEWS, stepsPerEpoch } from './settings.ts';
import { meanOf } from './statistics.ts';
import type { EpochPoint, StrangerSettings, TrainingRun } from './types.ts';

export interface StrangerOptions {
  /** Besides crops and flips. */
  countermeasure?: Countermeasure | null;
  /** Told after each step: epochs done, as a fraction. Throws to stop. */
  onStep?: (epochs: number) => void;
  /** Told after each epoch what the held-out pictures were taken for. */
  onTested?: (answers: Answers) => void;
}

/** `answers[of][as]`: how many pictures of album `of` were taken for ones of album `as`. */
export type Answers = readonly (readonly number[])[];

/** What a batch gave: share of right answers and mean loss. */
interface Learned {
  loss: number;
  accuracy: number;
}

/** One training on its way. */
interface Course {
  pictures: AlbumPictures;
  weights: Weights;
  sgd: Sgd;
  /** Steps in all. */
  steps: number;
  countermeasure: Countermeasure | null;
  random: Random;
  counterRandom: Random;
}

/** Someone who trains models from nothing on pictures they found. The graphs are compiled once, for all trainings. */
export class Stranger {
  readonly #settings: StrangerSettings;
  readonly #network: NetworkConfig;
  readonly #geometry: ViewGeometry;
  readonly #augmentation: CompiledFunction;
  readonly #training: CompiledFunction;
  readonly #classification: CompiledFunction;
  readonly #attack: CompiledFunction;

  private constructor(
    settings: StrangerSettings,
    network: NetworkConfig,
    [augmentation, training, classification, attack]: readonly [
      CompiledFunction,
      CompiledFunction,
      CompiledFunction,
      CompiledFunction,
    ],
  ) {
    this.#settings = settings;
    this.#network = network;
    this.#geometry = geometryOf(network.inputSize);
    this.#augmentation = augmentation;
    this.#training = training;
    this.#classification = classification;
    this.#attack = attack;
  }

  /** @param classes number of albums to tell apart */
  static async open(runtime: Runtime, settings: StrangerSettings, classes: number): Promise<Stranger> {
    const network: NetworkConfig = { ...settings.network, classes };
    const compile = ({ fn, inputs }: Objective): Promise<CompiledFunction> => runtime.compile(fn, inputs);
    return new Stranger(settings, network, [
      await compile(augmentationObjective(settings.batch, geometryOf(network.inputSize))),
      await compile(trainingObjective(network, settings.batch)),
      await compile(classificationObjective(network, settings.batch)),
      await compile(attackObjective(network, settings.batch)),
    ]);
  }

  /**
   * Trains one model from nothing on `training` and tests it on `heldOut`. Every draw comes from `seed`, so two
   * trainings on as many pictures see the same order, crops and first weights.
   * @throws UserError 'runtime' when the training diverges
   */
  async train(
    training: AlbumPictures,
    heldOut: AlbumPictures,
    seed: number,
    { onStep, onTested, countermeasure = null }: StrangerOptions = {},
  ): Promise<TrainingRun> {
    const started = performance.now();
    const { epochs, batch, momentum, weightDecay } = this.#settings;
    const random = new Random(seed);
    const perEpoch = stepsPerEpoch(training.count, batch);
    const course: Course = {
      pictures: training,
      weights: initialWeights(this.#network, random),
      sgd: new Sgd(momentum, weightDecay),
      steps: epochs * perEpoch,
      countermeasure,
      random,
      // A stream of its own, so that a countermeasure does not change the order and the crops.
      counterRandom: new Random(seed ^ 0x5bd1e995),
    };
    const order = endlessOrder(training.count, random);
    const curve: EpochPoint[] = [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      let [loss, accuracy] = [0, 0];
      for (let step = 0; step < perEpoch; step++) {
        const chosen = Array.from({ length: batch }, () => order.next().value);
        const done = (epoch - 1) * perEpoch + step;
        const learned = await this.#learn(course, chosen, done);
        loss += learned.loss / perEpoch;
        accuracy += learned.accuracy / perEpoch;
        onStep?.((done + 1) / perEpoch);
      }
      if (!Number.isFinite(loss)) throw diverged();
      const answers = await this.#test(heldOut, course.weights);
      onTested?.(answers);
      const heldOutAccuracy = meanOf(rightOf(answers));
      curve.push({ epoch, loss, trainingAccuracy: accuracy, heldOutAccuracy });
    }
    const seconds = (performance.now() - started) / 1000;
    return { seed, accuracy: curve.at(-1)?.heldOutAccuracy ?? NaN, curve, seconds };
  }

  async close(): Promise<void> {
    await Promise.all(
      [this.#augmentation, this.#training, this.#classification, this.#attack].map((each) => each.dispose()),
    );
  }

  async #learn(course: Course, chosen: readonly number[], step: number): Promise<Learned> {
    const network = this.#network;
    const { pictures, weights, sgd, steps, random } = course;
    const seen = await this.#look(pictures, chosen, this.#settings.views, random);
    const target = oneHot(
      chosen.map((index) => pictures.labels[index] ?? 0),
      network.classes,
    );
    const batch = await this.#countered({ seen, target }, course);
    const outputs = await this.#training.run({ ...batch, ...trainableArrays(network, weights) });
    descend(network, weights, outputs, sgd, cosine(this.#settings.learningRate, step, steps));
    const { loss, correct } = outputs;
    if (!loss || !correct) throw new Error('the training objective did not answer loss and hits');
    return { loss: loss[0] ?? NaN, accuracy: correct.reduce((sum, hit) => sum + hit, 0) / correct.length };
  }

  async #countered(batch: Batch, { weights, countermeasure, counterRandom }: Course): Promise<Batch> {
    if (countermeasure === null) return batch;
    const network = this.#network;
    if (isAugmentation(countermeasure)) return augmented(batch, countermeasure, network.inputSize, counterRandom);
    const folded = arraysOf(foldBatchNorm(network, weights));
    const attack = attackOf(countermeasure);
    return { ...batch, seen: await pgd(this.#attack, batch.seen, batch.target, folded, attack, counterRandom) };
  }

  /** What clean pictures are taken for, in evaluation mode. @throws UserError 'runtime' when the training has diverged */
  async #test(pictures: AlbumPictures, weights: Weights): Promise<Answers> {
    const { batch } = this.#settings;
    const { classes } = this.#network;
    const folded = arraysOf(foldBatchNorm(this.#network, weights));
    const answers = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
    for (let first = 0; first < pictures.count; first += batch) {
      // The last batch is filled up with the last picture, which is then not counted again.
      const chosen = Array.from({ length: batch }, (_, i) => Math.min(first + i, pictures.count - 1));
      const seen = await this.#look(pictures, chosen, HELD_OUT_VIEWS, new Random(0));
      const { logits } = await this.#classification.run({ seen, ...folded });
      if (!logits) throw new Error('the classification objective did not answer');
      for (let i = 0; i < Math.min(batch, pictures.count - first); i++) {
        const row = logits.subarray(i * classes, (i + 1) * classes);
        const answer = row.indexOf(Math.max(...row));
        if (answer === -1) throw diverged();
        const own = answers[pictures.labels[first + i] ?? 0];
        if (own) own[answer] = (own[answer] ?? 0) + 1;
      }
    }
    return answers;
  }

  async #look(
    pictures: AlbumPictures,
    chosen: readonly number[],
    views: ViewDistribution,
    random: Random,
  ): Promise<Float32Array> {
    const whole = { width: pictures.size, height: pictures.size };
    const sizes = chosen.map((index) => pictures.sizes[index] ?? whole);
    const parameters = sampleViews(random, views, this.#geometry, sizes);
    const { seen } = await this.#augmentation.run({ x: picturesOf(pictures, chosen), ...parameters });
    if (!seen) throw new Error('the augmentation did not answer');
    return seen;
  }
}

/** Of each album's pictures the share that was told right; albums without any are left out. */
function rightOf(answers: Answers): number[] {
  return answers.flatMap((own, label) => {
    const count = own.reduce((sum, some) => sum + some, 0);
    return count > 0 ? [(own[label] ?? 0) / count] : [];
  });
}

/** A model of numbers that are none would be taken for one that has learned nothing, and the photos for protected. */
const diverged = (): UserError =>
  new UserError(
    'runtime',
    'A model’s training went astray: its loss is no number any more.',
    'Choose another runtime and start it again.',
  );

/** One permutation after the other: every picture is seen equally often. @throws RangeError when there is none */
function* endlessOrder(count: number, random: Random): Generator<number, never> {
  if (count < 1) throw new RangeError('there is no picture to learn from');
  for (;;) yield* random.permutation(count);
}

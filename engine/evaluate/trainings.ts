import { UserError } from '../errors.ts';
import type { Runtime } from '../runtime/index.ts';
import { warmUpOf } from '../sem/index.ts';
import { conditionName } from './conditions.ts';
import type { Gathered } from './gather.ts';
import { inLanes } from './lanes.ts';
import type { RunStore } from './runStore.ts';
import { NETWORKS, stepsPerEpoch, type Architecture } from './settings.ts';
import { meanOf, spreadOf } from './statistics.ts';
import { Stranger } from './stranger.ts';
import type { Condition, EvaluationHooks, EvaluationRow, StrangerSettings, TrainingRun } from './types.ts';

/** How all models of an evaluation are trained. */
export interface TrainingPlan {
  stranger: StrangerSettings;
  seeds: readonly number[];
  conditions: readonly Condition[];
  /** Models trained side by side, each by sessions of its own. */
  atOnce: number;
  /** Null keeps nothing. */
  store: RunStore | null;
}

/** A training that is to be done: its row and its seed. */
interface Task {
  row: number;
  seed: number;
}

/**
 * Trains one model for each condition and seed.
 * @throws UserError 'cancelled' when aborted, and what the runtime throws
 */
export async function trainAll(
  runtime: Runtime,
  plan: TrainingPlan,
  gathered: Gathered,
  hooks: EvaluationHooks,
): Promise<EvaluationRow[]> {
  const { conditions, seeds, stranger } = plan;
  // Seed by seed, so that an early look at the progress compares like with like.
  const tasks = seeds.flatMap((seed) => conditions.map((_, row): Task => ({ row, seed })));
  const progress = new Progress(tasks.length, stranger.epochs, hooks);
  const runs = conditions.map(() => new Map<number, TrainingRun>());
  const lanes = Array.from(
    { length: Math.min(plan.atOnce, tasks.length) },
    () => new Strangers(runtime, stranger, gathered.counts.length),
  );
  try {
    await inLanes(lanes, tasks, async (task, strangers) => {
      runs[task.row]?.set(task.seed, await trainOne(strangers, plan, task, gathered, progress));
    });
  } finally {
    await Promise.all(lanes.map((strangers) => strangers.close()));
  }
  return conditions.map((condition, row) => {
    const own = seeds.flatMap((seed) => runs[row]?.get(seed) ?? []);
    const accuracies = own.map(({ accuracy }) => accuracy);
    return { ...condition, runs: own, mean: meanOf(accuracies), spread: spreadOf(accuracies) };
  });
}

async function trainOne(
  strangers: Strangers,
  { conditions, stranger, store }: TrainingPlan,
  { row, seed }: Task,
  { training, heldOut }: Gathered,
  progress: Progress,
): Promise<TrainingRun> {
  const [condition, pictures] = [conditions[row], training[row]];
  if (!condition || !pictures) throw new Error('a condition has no pictures');
  const { countermeasure, architecture } = condition;
  const report = progress.of(`${conditionName(condition)}, seed ${seed}`);
  let found = true;
  const train = async (): Promise<TrainingRun> => {
    found = false;
    const trainer = await strangers.of(architecture);
    return trainer.train(pictures, heldOut, seed, { onStep: report, countermeasure });
  };
  report(0);
  const steps = stranger.epochs * stepsPerEpoch(pictures.count, stranger.batch);
  // Once all trainings rose for 50 steps: those that still do are found under the name that they were kept by.
  const rise = warmUpOf(steps) === 50 ? {} : { warmUp: warmUpOf(steps) };
  const how = { stranger, network: NETWORKS[architecture], countermeasure, seed, ...rise };
  const run = store ? await store.run(how, [pictures, heldOut], train) : await train();
  progress.finish(report, found);
  return run;
}

/** One stranger for each network, opened when it is first asked for. */
export class Strangers {
  readonly #runtime: Runtime;
  readonly #settings: StrangerSettings;
  readonly #classes: number;
  readonly #open = new Map<Architecture, Stranger>();

  constructor(runtime: Runtime, settings: StrangerSettings, classes: number) {
    this.#runtime = runtime;
    this.#settings = settings;
    this.#classes = classes;
  }

  async of(name: Architecture): Promise<Stranger> {
    const before = this.#open.get(name);
    if (before) return before;
    const { network } = this.#settings;
    const settings = { ...this.#settings, network: { ...network, ...NETWORKS[name] } };
    const stranger = await Stranger.open(this.#runtime, settings, this.#classes);
    this.#open.set(name, stranger);
    return stranger;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((stranger) => stranger.close()));
  }
}

/** Tells how many epochs of one training are done. */
type Report = (done: number) => void;

/** Epochs done by all trainings together. */
class Progress {
  readonly #trainings: number;
  readonly #epochs: number;
  readonly #hooks: EvaluationHooks;
  readonly #started = performance.now();
  /** Epochs done of the trainings that are under way. */
  readonly #underWay = new Map<Report, number>();
  #finished = 0;
  /** Trainings that had been kept: they took no time. */
  #found = 0;
  #what = '';

  constructor(trainings: number, epochs: number, hooks: EvaluationHooks) {
    this.#trainings = trainings;
    this.#epochs = epochs;
    this.#hooks = hooks;
  }

  /** Reports of one training; they throw UserError 'cancelled' when aborted. */
  of(what: string): Report {
    const report = (done: number): void => {
      stopWhenAborted(this.#hooks);
      this.#underWay.set(report, done);
      this.#what = what;
      this.#tell();
    };
    return report;
  }

  /** @param found whether it had been kept */
  finish(report: Report, found: boolean): void {
    this.#underWay.delete(report);
    this.#finished++;
    if (found) this.#found++;
    this.#tell();
  }

  #tell(): void {
    const fractions = [...this.#underWay.values()].reduce((sum, done) => sum + done, 0);
    const done = this.#finished * this.#epochs + fractions;
    const total = this.#trainings * this.#epochs;
    const trained = done - this.#found * this.#epochs;
    const seconds = (performance.now() - this.#started) / 1000;
    const secondsLeft = trained > 0 ? (seconds * (total - done)) / trained : null;
    this.#hooks.onProgress?.({ stage: 'training', done, total, secondsLeft, what: this.#what });
  }
}

/** @throws UserError 'cancelled' */
export function stopWhenAborted({ signal }: Pick<EvaluationHooks, 'signal'>): void {
  if (signal?.aborted !== true) return;
  throw new UserError('cancelled', 'The evaluation was cancelled.', 'Start it again when you like.');
}

import type { Runtime } from '../runtime/index.ts';
import { warmUpOf } from '../sem/index.ts';
import { conditionName } from './conditions.ts';
import type { Gathered } from './gather.ts';
import { inLanes } from './lanes.ts';
import { Progress, type Report } from './progress.ts';
import { runtimeInKey, type RunStore } from './runStore.ts';
import { NETWORKS, networkOf, stepsPerEpoch, type Architecture } from './settings.ts';
import { meanOf, spreadOf } from './statistics.ts';
import { Stranger } from './stranger.ts';
import type {
  Condition,
  EvaluationHooks,
  EvaluationProgress,
  EvaluationRow,
  StrangerSettings,
  TrainingRun,
} from './types.ts';
import { worksOf } from './work.ts';

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

/** Every row, and how many of its trainings had been kept from an earlier start. */
export interface Trained {
  rows: EvaluationRow[];
  kept: number;
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
): Promise<Trained> {
  const { conditions, seeds, stranger } = plan;
  // Seed by seed, so that an early look at the progress compares like with like.
  const tasks = seeds.flatMap((seed) => conditions.map((_, row): Task => ({ row, seed })));
  const works = worksOf(conditions, stranger, gathered.counts.length);
  const progress = new Progress<EvaluationProgress['stage']>(
    hooks,
    tasks.map(({ row }) => stranger.epochs * (works[row] ?? 1)),
  );
  let kept = 0;
  const runs = conditions.map(() => new Map<number, TrainingRun>());
  const lanes = Array.from(
    { length: Math.min(plan.atOnce, tasks.length) },
    () => new Strangers(runtime, stranger, gathered.counts.length),
  );
  try {
    await inLanes(lanes, [...tasks.entries()], async ([index, { row, seed }], strangers) => {
      const condition = conditions[row];
      if (!condition) throw new Error('a training has no condition');
      const report = progress.of('training', index, `${conditionName(condition)}, seed ${seed}`);
      const { run, isKept } = await trainOne(strangers, plan, { row, seed }, gathered, report);
      if (isKept) kept++;
      runs[row]?.set(seed, run);
    });
  } finally {
    await Promise.all(lanes.map((strangers) => strangers.close()));
  }
  const rows = conditions.map((condition, row) => {
    const own = seeds.flatMap((seed) => runs[row]?.get(seed) ?? []);
    const accuracies = own.map(({ accuracy }) => accuracy);
    return { ...condition, runs: own, mean: meanOf(accuracies), spread: spreadOf(accuracies) };
  });
  return { rows, kept };
}

async function trainOne(
  strangers: Strangers,
  { conditions, stranger, store }: TrainingPlan,
  { row, seed }: Task,
  { training, heldOut }: Gathered,
  report: Report,
): Promise<{ run: TrainingRun; isKept: boolean }> {
  const [condition, pictures] = [conditions[row], training[row]];
  if (!condition || !pictures) throw new Error('a condition has no pictures');
  const { countermeasure, architecture } = condition;
  let isKept = true;
  const train = async (): Promise<TrainingRun> => {
    isKept = false;
    report.tell(0);
    const trainer = await strangers.of(architecture);
    const onStep = (epochs: number): void => report.tell(epochs / stranger.epochs);
    return trainer.train(pictures, heldOut, seed, { onStep, countermeasure });
  };
  const steps = stranger.epochs * stepsPerEpoch(pictures.count, stranger.batch);
  // Once all trainings rose for 50 steps: those that still do are found under the name that they were kept by.
  const rise = warmUpOf(steps) === 50 ? {} : { warmUp: warmUpOf(steps) };
  const how = {
    stranger,
    network: NETWORKS[architecture],
    countermeasure,
    seed,
    ...rise,
    ...runtimeInKey(strangers.runtime),
  };
  const run = store ? await store.run(how, [pictures, heldOut], train) : await train();
  report.finish();
  return { run, isKept };
}

/** One stranger for each network, opened when it is first asked for. */
export class Strangers {
  readonly runtime: Runtime;
  readonly #settings: StrangerSettings;
  readonly #classes: number;
  readonly #open = new Map<Architecture, Stranger>();

  constructor(runtime: Runtime, settings: StrangerSettings, classes: number) {
    this.runtime = runtime;
    this.#settings = settings;
    this.#classes = classes;
  }

  async of(name: Architecture): Promise<Stranger> {
    const before = this.#open.get(name);
    if (before) return before;
    const settings = { ...this.#settings, network: networkOf(this.#settings, name) };
    const stranger = await Stranger.open(this.runtime, settings, this.#classes);
    this.#open.set(name, stranger);
    return stranger;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((stranger) => stranger.close()));
  }
}

import type { Canvas } from '../../photo/index.ts';
import { openRuntime, type Generator } from '../../protect/index.ts';
import { interleaved, meanWithError, spreadOf, type BenchmarkSection, type Mean, type Spread } from '../index.ts';
import { VariantOptimizer } from '../steps/optimizers.ts';
import { stepProblems, type StepProblem } from '../steps/problems.ts';
import { StrengthMeter, type Strength } from '../steps/strength.ts';
import { SHIPPED, variantName, type StepVariant } from '../steps/variants.ts';
import type { SectionSetting } from './setting.ts';

export interface StepsSetting extends SectionSetting {
  /** ρ_u in units of 1/255. */
  rhoU: number;
  /** How many times a photo and a class are put together. */
  problems: number;
  /** What is compared, by name; the shipped setting is one of them. */
  variants: ReadonlyMap<string, StepVariant>;
  /** Views that no optimization has seen, for the strength of each noise. */
  freshViews: number;
}

/** What one way to optimize was found to be worth. */
export interface StepsRow extends StepVariant {
  name: string;
  /** Mean of steps × views of a photo: what the work is on any machine. */
  gradientViews: number;
  /** For a photo's noise. */
  seconds: Spread;
  loss: Mean;
  /** Differences are this variant's minus the shipped one's, problem by problem. */
  lossDifference: Mean;
  accuracy: Mean;
  accuracyDifference: Mean;
}

export interface StepsSection extends BenchmarkSection {
  figures: {
    rhoU: number;
    photos: number;
    problems: number;
    freshViews: number;
    threads: number;
    rows: readonly StepsRow[];
  };
}

/** What became of one problem. */
type Outcome = Strength & { gradientViews: number };

/** How strong a photo's noise is against the seconds that it takes, for different ways of optimizing it. */
export async function stepsSection(
  generator: Generator,
  canvases: readonly Canvas[],
  setting: StepsSetting,
): Promise<StepsSection> {
  const { rhoU, threads, problems: count, freshViews, variants } = setting;
  const problems = stepProblems(canvases, generator.network.classes, count);
  const { seconds, outcomes } = await race(generator, problems, setting);
  const of = (name: string): readonly Outcome[] => outcomes.get(name) ?? [];
  const shipped = of(variantName(SHIPPED));
  const rows = [...variants].map(([name, variant]): StepsRow => {
    const own = of(name);
    const values = (key: keyof Outcome): number[] => own.map((outcome) => outcome[key]);
    const difference = (key: keyof Strength): Mean =>
      meanWithError(own.map((outcome, n) => outcome[key] - (shipped[n]?.[key] ?? NaN)));
    return {
      name,
      ...variant,
      gradientViews: meanWithError(values('gradientViews')).mean,
      seconds: spreadOf(seconds[name] ?? []),
      loss: meanWithError(values('loss')),
      lossDifference: difference('loss'),
      accuracy: meanWithError(values('accuracy')),
      accuracyDifference: difference('accuracy'),
    };
  });
  const photos = Math.min(canvases.length, count);
  return sectionOf({ rhoU, photos, problems: count, freshViews, threads, rows });
}

/** Every variant makes the noise of every problem; within a problem they take turns, and only making it is timed. */
async function race(
  generator: Generator,
  problems: readonly StepProblem[],
  { rhoU, threads, freshViews, variants, onTurn }: StepsSetting,
): Promise<{ seconds: Record<string, number[]>; outcomes: Map<string, Outcome[]> }> {
  const runtime = await openRuntime('onnx/cpu', threads);
  try {
    const views = [...variants.values()].map((variant) => variant.views);
    const optimizer = await VariantOptimizer.open(generator, runtime, views);
    const meter = await StrengthMeter.open(generator, runtime);
    const problemAt = (round: number): StepProblem => {
      const problem = problems[round];
      if (!problem) throw new Error('there are more rounds than problems');
      return problem;
    };
    // The first call of a gradient is slower than the others.
    for (const count of new Set(views)) {
      await optimizer.optimize({ ...SHIPPED, steps: 1, views: count }, problemAt(0), rhoU);
    }
    const outcomes = new Map([...variants.keys()].map((name) => [name, [] as Outcome[]]));
    const seconds = await interleaved(
      Object.fromEntries(
        [...variants].map(([name, variant]) => [
          name,
          async () => {
            const own = outcomes.get(name) ?? [];
            const problem = problemAt(own.length);
            const started = performance.now();
            const { noise, steps } = await optimizer.optimize(variant, problem, rhoU);
            const passed = (performance.now() - started) / 1000;
            const strength = await meter.read(noise, problem, freshViews);
            own.push({ ...strength, gradientViews: steps * variant.views });
            return passed;
          },
        ]),
      ),
      { rounds: problems.length, onTurn },
    );
    return { seconds, outcomes };
  } finally {
    await runtime.close();
  }
}

function sectionOf(figures: StepsSection['figures']): StepsSection {
  const { rhoU, photos, problems, freshViews, threads, rows } = figures;
  return {
    id: 'steps',
    title: 'How strong the noise is against the seconds that it takes',
    columns: [
      'K × J',
      'gradient views',
      'seconds for a photo',
      'loss',
      'against the shipped one',
      'read as the class',
      'against the shipped one, points',
    ],
    rows: rows.map((row) => [
      row.name === variantName(SHIPPED) ? `**${row.name}**, shipped` : row.name,
      row.gradientViews.toFixed(0),
      row.seconds.median.toFixed(2),
      within(row.loss, 3),
      signed(row.lossDifference, 3),
      `${within(row.accuracy, 1, 100)} %`,
      signed(row.accuracyDifference, 1, 100),
    ]),
    notes: [
      `K steps of J views at ρ_u = ${rhoU}/255; ${problems} problems of ${photos} photos with several target classes; ± is the standard error over problems, of a difference that of the paired differences`,
      `α_u = ρ_u / ${Math.round(1 / SHIPPED.alpha)} and every step from the class filter's noise on, unless the row says otherwise`,
      `Loss: mean cross-entropy of the generator to the target class, less is stronger; read as the class: share of views whose largest logit is that class's. Of the stored noise, in ${freshViews} upload views that no optimization has seen, the same ones for every row`,
      `Seconds: the median over problems, ${threads} threads, the rows took turns within each problem; without the loss before and after that a protection records`,
    ],
    figures,
  };
}

/** `0.412 ± 0.034`. */
const within = ({ mean, error }: Mean, digits: number, factor = 1): string =>
  `${(factor * mean).toFixed(digits)} ± ${(factor * error).toFixed(digits)}`;

/** The same with the sign that a difference has. */
const signed = (value: Mean, digits: number, factor = 1): string => {
  const words = within(value, digits, factor).replace(/^-/, '−');
  return value.mean > 0 ? `+${words}` : words;
};

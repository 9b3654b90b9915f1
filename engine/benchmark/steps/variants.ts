import { photoNoiseSettings, type NoiseSettings } from '../../sem/index.ts';
import type { StopRule } from './stopRule.ts';

/** One way to optimize a photo's noise. */
export interface StepVariant extends Pick<NoiseSettings, 'steps' | 'views'> {
  /** α_u as a share of ρ_u: above 0, up to 2. */
  alpha: number;
  /** μ: how much of the gradients of earlier steps a step follows, 0 to below 1. */
  momentum: number;
  /** What δᵘ is before the first step. */
  start: 'class filter' | 'random' | 'nothing';
  /** Ends before the last step when the loss is flat; null: never. */
  stop: StopRule | null;
}

/** Variants that differ in one thing, as a line of the chart. */
export interface StepFamily {
  name: string;
  variants: readonly StepVariant[];
  /** What a point's label tells. */
  label: (variant: StepVariant) => string;
  /** Whether a line goes through the points. */
  joined: boolean;
}

const { steps, views, alphaU, momentum = 0 } = photoNoiseSettings(1);

/** What photos are protected with. */
export const SHIPPED: StepVariant = { steps, views, alpha: alphaU, momentum, start: 'class filter', stop: null };

const variant = (more: Partial<StepVariant>): StepVariant => ({ ...SHIPPED, ...more });
const withSteps = (counts: readonly number[], more: Partial<StepVariant> = {}): StepVariant[] =>
  counts.map((count) => variant({ ...more, steps: count }));
/** J views a step, and as many steps as make K × J = `total`. */
const withViews = (counts: readonly number[], total: number, more: Partial<StepVariant> = {}): StepVariant[] =>
  counts.map((count) => variant({ ...more, views: count, steps: Math.round(total / count) }));

const stepsLabel = (each: StepVariant): string => String(each.steps);
const viewsLabel = (each: StepVariant): string => `J ${each.views}`;
/** K × J. */
const SHIPPED_VIEWS = steps * views;

/** What the chart compares; a variant that is in several families is measured once. */
export const STEP_FAMILIES: readonly StepFamily[] = [
  {
    name: `steps with momentum ${momentum}, as shipped (K)`,
    variants: withSteps([2, 4, 8, 12, 16, 32]),
    label: stepsLabel,
    joined: true,
  },
  {
    name: 'steps without momentum (K)',
    variants: withSteps([2, 4, 8, 16, 32], { momentum: 0 }),
    label: stepsLabel,
    joined: true,
  },
  {
    name: `views a step with momentum, ${SHIPPED_VIEWS} in all (J)`,
    variants: withViews([12, 6, 3, 2], SHIPPED_VIEWS),
    label: viewsLabel,
    joined: true,
  },
  {
    name: `views a step without momentum, ${2 * SHIPPED_VIEWS} in all (J)`,
    variants: withViews([12, 6, 3, 2], 2 * SHIPPED_VIEWS, { momentum: 0 }),
    label: viewsLabel,
    joined: true,
  },
  {
    name: 'size of a step (α_u / ρ_u)',
    variants: [0.1, 0.2, 0.4].map((alpha) => variant({ alpha })),
    label: (each) => `α ${each.alpha}`,
    joined: true,
  },
  {
    name: 'other starts, and an end when the loss is flat',
    variants: [
      variant({ start: 'nothing' }),
      variant({ start: 'random' }),
      variant({ steps: 32, stop: { window: 4, gain: 0.02 } }),
    ],
    label: ({ start, stop }) => (stop === null ? start : 'flat'),
    joined: false,
  },
];

/** For the table alone: what would make the chart too tall, and other momenta. */
const UNCHARTED = [
  variant({ steps: 0, start: 'nothing' }),
  variant({ steps: 0 }),
  variant({ momentum: 0.5 }),
  variant({ momentum: 0.9 }),
];

/** A variant in words: K × J and what differs from the shipped setting. */
export function variantName({ steps: k, views: j, alpha, momentum: mu, start, stop }: StepVariant): string {
  if (k === 0) return start === 'nothing' ? 'no noise' : `${start} alone`;
  return [
    `${k} × ${j}`,
    ...(alpha === SHIPPED.alpha ? [] : [`α_u = ${alpha} ρ_u`]),
    ...(mu === SHIPPED.momentum ? [] : [`momentum ${mu}`]),
    ...(start === SHIPPED.start ? [] : [`from ${start}`]),
    ...(stop === SHIPPED.stop ? [] : ['until the loss is flat']),
  ].join(', ');
}

/** All that is measured, each once, by its name. */
export const STEP_VARIANTS: ReadonlyMap<string, StepVariant> = new Map(
  [...UNCHARTED, ...STEP_FAMILIES.flatMap(({ variants }) => variants)].map((each) => [variantName(each), each]),
);

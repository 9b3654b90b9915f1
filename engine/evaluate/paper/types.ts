import type { MethodName } from '../../methods/index.ts';
import type { StrangerSettings, TrainingRun } from '../types.ts';
import type { PaperConfiguration } from './settings.ts';

/** Models trained on pictures with one method's noise, or with none. */
export interface PaperRow {
  pictures: 'clean' | MethodName;
  /** One for each radius, in their order. */
  cells: PaperCell[];
}

export interface PaperCell {
  /** ρ_a of the stranger's adversarial training in units of 1/255; 0: it trains plainly. */
  radius: number;
  /** One for each seed. Each seed makes its own noise, and trains its own model. */
  runs: TrainingRun[];
  mean: number;
  /** Sample standard deviation over the seeds; null when there is only one. */
  spread: number | null;
}

export interface PaperResult {
  configuration: PaperConfiguration;
  pictures: { training: number; heldOut: number };
  chance: number;
  stranger: StrangerSettings;
  /** Settings of each method by its name. */
  methods: Record<string, unknown>;
  seeds: number[];
  radii: number[];
  rows: PaperRow[];
  runtime: string;
  /** Of making every noise and of every training, added up, those included that were there already; of one that was interrupted, since it went on. */
  seconds: number;
}

/** How far it is: `done` of `total`, in gradients of a picture. */
export interface PaperProgress {
  stage: 'noise' | 'training';
  done: number;
  total: number;
  /** Of the whole; null until it can be told. */
  secondsLeft: number | null;
  /** What has just gone on, in words. */
  what: string;
}

import { isReference, REFERENCES, RUNTIME_IDS, runtimeName, type RuntimeId } from './candidates.ts';
import { chooseFastest } from './choose.ts';
import { agreementOf, isRight, wrongInWords } from './compare.ts';
import { median } from './median.ts';
import { Trial, TrialFailed, type StartTrial } from './trial.ts';
import type { RuntimeRow, RuntimeTable } from './types.ts';

/** How long each part of a trial may take, in milliseconds, and how often each candidate is timed. */
export interface TrialLimits {
  /** To start a process and tell which candidates there are. */
  startMs: number;
  /** To open a candidate, compile for it and compute its gradients: graphics drivers compile slowly. */
  prepareMs: number;
  /** For one round of timing. */
  timeMs: number;
  rounds: number;
  runsPerRound: number;
}

export const TRIAL_LIMITS: TrialLimits = {
  startMs: 20_000,
  prepareMs: 40_000,
  timeMs: 20_000,
  rounds: 5,
  runsPerRound: 2,
};

/** A candidate that many times slower than the fastest is not timed further: its first time says enough. */
const CLEARLY_SLOWER = 4;

export interface MeasureParts {
  startTrial: StartTrial;
  generatorFolder: string;
  /** null: as many as the engine would take. */
  threads: number | null;
  /** Of the machine: kept in the table. */
  key: string;
  now: () => Date;
  limits?: TrialLimits;
  /** Told before each candidate's trial. */
  onCandidate?: (id: RuntimeId) => void;
}

/** A candidate that has computed its gradients; its process stays for the timing. */
interface Prepared {
  trial: Trial;
  gradients: Float32Array[];
  seconds: number;
}

/**
 * Tries every candidate of this machine, each in a process of its own: its gradients of fixed problems are
 * checked against the reference's (see `REFERENCES`, `GRADIENT_BOUNDS`), then those that are right are timed in turns.
 * Never throws for what a candidate does; never takes longer than the limits allow.
 */
export async function measureRuntimes(parts: MeasureParts): Promise<RuntimeTable> {
  const limits = parts.limits ?? TRIAL_LIMITS;
  const rows = new Map<RuntimeId, RuntimeRow>();
  const prepared = new Map<RuntimeId, Prepared>();
  const fail = (id: RuntimeId, thrown: unknown): void => {
    prepared.get(id)?.trial.end();
    prepared.delete(id);
    rows.set(id, { ...emptyRow(id), ...failureOf(thrown) });
  };
  try {
    for (const id of await candidatesOf(parts.startTrial, limits)) {
      parts.onCandidate?.(id);
      try {
        prepared.set(id, await prepare(id, parts, limits));
      } catch (thrown) {
        fail(id, thrown);
      }
    }
    const reference = REFERENCES.find((id) => prepared.has(id));
    const expected = reference === undefined ? undefined : prepared.get(reference)?.gradients;
    for (const [id, { trial, gradients, seconds }] of prepared) {
      const row = judged(id, gradients, expected);
      rows.set(id, { ...row, seconds });
      if (row.state === 'right') continue;
      trial.end();
      prepared.delete(id);
    }
    for (const [id, outcome] of await timed(prepared, limits)) {
      if (outcome instanceof TrialFailed) fail(id, outcome);
      else rows.set(id, { ...(rows.get(id) ?? emptyRow(id)), seconds: outcome });
    }
  } finally {
    for (const { trial } of prepared.values()) trial.end();
  }
  const inOrder = RUNTIME_IDS.flatMap((id) => rows.get(id) ?? []);
  return { key: parts.key, measuredAt: parts.now().toISOString(), rows: inOrder, ...chooseFastest(inOrder) };
}

/** What this installation has; when even that cannot be told, what every installation has. */
async function candidatesOf(start: StartTrial, { startMs }: TrialLimits): Promise<readonly RuntimeId[]> {
  const trial = new Trial(start);
  try {
    const { ids } = await trial.ask({ kind: 'candidates' }, 'candidates', startMs);
    return RUNTIME_IDS.filter((id) => isReference(id) || ids.includes(id));
  } catch {
    return REFERENCES;
  } finally {
    trial.end();
  }
}

async function prepare(
  id: RuntimeId,
  { startTrial, generatorFolder, threads }: MeasureParts,
  { prepareMs }: TrialLimits,
): Promise<Prepared> {
  const trial = new Trial(startTrial);
  try {
    const request = { kind: 'prepare' as const, id, generatorFolder, threads };
    const { gradients, seconds } = await trial.ask(request, 'prepared', prepareMs);
    return { trial, gradients, seconds };
  } catch (thrown) {
    trial.end();
    throw thrown;
  }
}

function judged(
  id: RuntimeId,
  gradients: readonly Float32Array[],
  expected: readonly Float32Array[] | undefined,
): RuntimeRow {
  if (expected === undefined)
    return { ...emptyRow(id), state: 'failed', reason: 'Nothing was there to check its gradient against.' };
  const agreement = agreementOf(gradients, expected);
  const right = isRight(agreement);
  return {
    ...emptyRow(id),
    state: right ? 'right' : 'wrong',
    reason: right ? '' : wrongInWords(agreement),
    relativeError: Number.isFinite(agreement.median) ? agreement.median : null,
  };
}

/** Median seconds of one gradient, in turns, so that what else the machine does meanwhile meets all alike. */
async function timed(
  prepared: ReadonlyMap<RuntimeId, Prepared>,
  { rounds, runsPerRound, timeMs }: TrialLimits,
): Promise<Map<RuntimeId, number | TrialFailed>> {
  const outcomes = new Map<RuntimeId, number | TrialFailed>();
  const fastest = Math.min(...[...prepared.values()].map(({ seconds }) => seconds));
  const racing = new Map([...prepared].filter(([, { seconds }]) => seconds <= CLEARLY_SLOWER * fastest));
  const seconds = new Map<RuntimeId, number[]>([...racing.keys()].map((id) => [id, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [id, { trial }] of racing) {
      if (outcomes.has(id)) continue;
      try {
        const reply = await trial.ask({ kind: 'time', runs: runsPerRound }, 'timed', timeMs);
        seconds.get(id)?.push(...reply.seconds);
      } catch (thrown) {
        outcomes.set(id, thrown instanceof TrialFailed ? thrown : new TrialFailed('failed', String(thrown)));
      }
    }
  }
  for (const [id, values] of seconds) if (!outcomes.has(id)) outcomes.set(id, median(values));
  return outcomes;
}

const emptyRow = (id: RuntimeId): RuntimeRow => ({
  id,
  name: runtimeName(id),
  state: 'failed',
  reason: '',
  relativeError: null,
  seconds: null,
});

function failureOf(thrown: unknown): Pick<RuntimeRow, 'state' | 'reason'> {
  if (thrown instanceof TrialFailed) return { state: thrown.state, reason: thrown.message };
  return { state: 'failed', reason: thrown instanceof Error ? thrown.message : String(thrown) };
}

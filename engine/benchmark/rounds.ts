import { setTimeout } from 'node:timers/promises';

/** Does its work once and answers what is compared: seconds for each of something, or how many in a second. */
export type Contender = () => Promise<number> | number;

export interface RoundOptions {
  rounds: number;
  /** Told before each contender's turn. */
  onTurn?: (name: string, round: number) => void;
  /** Pause between turns: threads of the last one that still wait for work by spinning would slow the next. */
  pauseMs?: number;
}

/**
 * Lets contenders take turns, `rounds` times, each second round in the opposite order, so that neither what the
 * machine does beside nor the order favours one. Answers each one's values by round.
 */
export async function interleaved<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, onTurn, pauseMs = 0 }: RoundOptions,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      onTurn?.(name, round);
      if (pauseMs > 0) await setTimeout(pauseMs);
      values[name].push(await contenders[name]());
    }
  }
  return values;
}

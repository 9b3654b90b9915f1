import { InvalidArgumentError } from 'commander';
import { toFailure } from '../errors.ts';
import { STRENGTHS, type Strength } from '../protect/types.ts';

/** `subtle`, `standard`, `strong` or `<n>/255` as ρ_u in units of 1/255. */
export function parseStrength(text: string): number {
  if (Object.hasOwn(STRENGTHS, text)) return STRENGTHS[text as Strength];
  const match = /^(\d+(?:\.\d+)?)\/255$/.exec(text);
  const rhoU = match ? Number(match[1]) : NaN;
  if (!(rhoU >= 1 && rhoU <= 32)) {
    throw new InvalidArgumentError('Use subtle, standard, strong or a number such as 8/255 (from 1/255 to 32/255).');
  }
  return rhoU;
}

/** A number in [0, 1]. @param others what else may be said, for the sentence */
export function share(text: string, others = ''): number {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError(`Use a number from 0 to 1${others}.`);
  return number;
}

/** A whole number in [low, high]. */
export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(number >= low && number <= high))
      throw new InvalidArgumentError(`Use a whole number from ${low} to ${high}.`);
    return number;
  };
}

/** For an option that may be repeated: its values in a list, each read by `parse`, whose errors become words. */
export function collect(parse: (text: string) => unknown): (text: string, before: unknown[] | undefined) => unknown[] {
  return (text, before) => {
    try {
      return [...(before ?? []), parse(text)];
    } catch (thrown) {
      if (thrown instanceof InvalidArgumentError) throw thrown;
      throw new InvalidArgumentError(toFailure(thrown).remedy);
    }
  };
}

/** What a test of an album's protection found, in plain sentences that say no more than it can know. */
import type { ProtectionTestResult, ProtectionTestState } from '../../../electron/ipc/protectionTest.ts';
import { plural } from './format.ts';

/** `0.294` → `29 %`. */
export function asPercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** The tested album's name, its clean photos, and how many of them each model recognized at its end. */
interface Recognition {
  album: string;
  clean: number;
  originals: number;
  copies: number;
  /** Share that guessing gets: one album of all. */
  guess: number;
}

export function recognitionOf(result: ProtectionTestResult): Recognition {
  const clean = result.albums[0]?.heldOut ?? 0;
  const count = (share: number | undefined): number => Math.round((share ?? 0) * clean);
  return {
    album: result.albums[0]?.name ?? '',
    clean,
    originals: count(result.originals.at(-1)?.recognized),
    copies: count(result.copies.at(-1)?.recognized),
    guess: 1 / result.albums.length,
  };
}

/** What was found about the album. */
export function finding(result: ProtectionTestResult): string {
  const { album, clean, originals, copies, guess } = recognitionOf(result);
  const guessed = Math.round(clean * guess * 10) / 10;
  return (
    `Trained on your originals, a model recognized ${originals} of ${plural(clean, 'clean photo')} of “${album}” among ` +
    `${result.albums.length} albums; trained on your protected copies, ${copies} of ${clean}. ` +
    `Guessing would get about ${guessed}.`
  );
}

/** What was found about all albums together: a model that calls every photo yours would recognize all of yours. */
export function overall(result: ProtectionTestResult): string {
  const [originals, copies] = [result.originals, result.copies].map((curve) => asPercent(curve.at(-1)?.accuracy ?? 0));
  return (
    `Over all albums, ${originals ?? ''} of the clean photos were told right after the originals and ${copies ?? ''} ` +
    `after the copies; guessing gets ${asPercent(1 / result.albums.length)}.`
  );
}

/** What that means, with the doubt that so few photos leave. */
export function meaning(result: ProtectionTestResult): string {
  const { clean, originals, copies, guess } = recognitionOf(result);
  if (!isAboveGuess(originals, clean, guess)) {
    return (
      `Of ${plural(clean, 'photo')} guessing can get as many as the model that learned from the originals, so this ` +
      'test cannot tell what the protection does. More photos in the album make it tell more.'
    );
  }
  if (copies >= originals) return 'In this test the protection did not keep the model from learning this album.';
  if (!differs(originals, copies, clean)) return 'With so few photos, a difference of this size can be chance.';
  return isAboveGuess(copies, clean, guess)
    ? 'In this test the copies taught the model less about this album than the originals did, but more than nothing.'
    : 'In this test the copies taught the model clearly less about this album: it recognized no more than guessing can.';
}

/** What a short test is not. */
export const CAVEAT =
  'This is a short test: one small model, one seed, few photos. Another test may come out differently, and another ' +
  'model may learn more. Figures of longer tests, some with several seeds, are among the project’s files, beside the ' +
  'generator.';

/** What chance does in fewer than 1 of 40 tries is not taken for chance. */
const SELDOM = 1 / 40;

/** Whether guessing would seldom recognize `hits` or more of `count`: the upper tail of the binomial distribution. */
export function isAboveGuess(hits: number, count: number, guess: number): boolean {
  let tail = 0;
  for (let k = hits; k <= count; k++) tail += choose(count, k) * guess ** k * (1 - guess) ** (count - k);
  return tail < SELDOM;
}

/** Whether chance would seldom part two equal models as far as `a` and `b` of `count`: Fisher's exact test, one-sided. */
export function differs(a: number, b: number, count: number): boolean {
  let tail = 0;
  for (let k = a; k <= Math.min(count, a + b); k++) tail += choose(count, k) * choose(count, a + b - k);
  return tail / choose(2 * count, a + b) < SELDOM;
}

/** The binomial coefficient. */
function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return product;
}

/** What is being done, for the line above the progress bar. */
export const STAGE_WORDS: Readonly<Record<NonNullable<ProtectionTestState['running']>['stage'], string>> = {
  photos: 'Reading the photos',
  originals: 'Training a model on the originals',
  copies: 'Training a model on the protected copies',
};

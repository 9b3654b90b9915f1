/** What a test of an album's protection found, in plain sentences that say no more than it can know. */
import type { ProtectionTestResult, ProtectionTestState } from '../../../electron/ipc/protectionTest.ts';
import { plural } from './format.ts';

/** `0.294` → `29 %`. */
export function asPercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Which clean photos a model said were of the tested album. */
interface Said {
  /** Of the album's own. */
  recognized: number;
  /** Of the other albums'. */
  mistaken: number;
}

/** What a model said at its end. */
interface Told extends Said {
  /** Of all albums' photos the share that was told right: the mean over the albums. */
  accuracy: number;
}

/** What both models were asked and what they answered. */
interface Recognition {
  album: string;
  /** Clean photos of the tested album, and of all others. */
  clean: number;
  others: number;
  originals: Told;
  copies: Told;
  /** Share that guessing gets: one album of all. */
  guess: number;
  /** Whether mistakes were counted; in tests before that, `mistaken` is 0. */
  isWhole: boolean;
}

export function recognitionOf(result: ProtectionTestResult): Recognition {
  const [own, ...rest] = result.albums;
  const clean = own?.heldOut ?? 0;
  const others = rest.reduce((sum, { heldOut }) => sum + heldOut, 0);
  const told = (curve: ProtectionTestResult['copies']): Told => {
    const { recognized = 0, mistaken = 0, accuracy = 0 } = curve.at(-1) ?? {};
    return { recognized: Math.round(recognized * clean), mistaken: Math.round(mistaken * others), accuracy };
  };
  return {
    album: own?.name ?? '',
    clean,
    others,
    originals: told(result.originals),
    copies: told(result.copies),
    guess: 1 / result.albums.length,
    isWhole: hasMistakes(result),
  };
}

/** Whether it was counted how often other albums' photos were taken for this one's: in early tests it was not. */
function hasMistakes({ originals, copies }: ProtectionTestResult): boolean {
  return [...originals, ...copies].every(({ mistaken }) => mistaken !== undefined);
}

/** What was found about the album. */
export function finding(result: ProtectionTestResult): string {
  const { album, clean, originals, copies, guess } = recognitionOf(result);
  const guessed = Math.round(clean * guess * 10) / 10;
  return (
    `Trained on your originals, a model recognized ${originals.recognized} of ${plural(clean, 'clean photo')} of “${album}” among ` +
    `${result.albums.length} albums; trained on your protected copies, ${copies.recognized} of ${clean}. ` +
    `Guessing would get about ${guessed}.`
  );
}

/** How often that was said of photos of other albums: a model that says it of every photo recognizes all of yours. */
export function mistakes(result: ProtectionTestResult): string {
  const { others, originals, copies, isWhole } = recognitionOf(result);
  if (!isWhole) return '';
  return (
    `Of ${plural(others, 'clean photo')} of other albums, the first model took ${originals.mistaken} for photos of this ` +
    `album too, the second ${copies.mistaken}.`
  );
}

/** What was found about all albums together. */
export function overall(result: ProtectionTestResult): string {
  const [originals, copies] = [result.originals, result.copies].map((curve) => asPercent(curve.at(-1)?.accuracy ?? 0));
  return (
    `Over all albums, ${originals ?? ''} of the clean photos were told right after the originals and ${copies ?? ''} ` +
    `after the copies; guessing gets ${asPercent(1 / result.albums.length)}.`
  );
}

/** What that means, with the doubt that so few photos leave. */
export function meaning(result: ProtectionTestResult): string {
  const { clean, others, originals, copies, guess, isWhole } = recognitionOf(result);
  if (!isWhole) {
    return (
      'This test did not count how often photos of other albums were taken for photos of this one, so it cannot tell ' +
      'what the models learned. Test again.'
    );
  }
  const learned = isLearned(originals, clean, others);
  const learnedStill = isLearned(copies, clean, others);
  if (learnedStill && lead(originals, copies, clean, others) <= 0) {
    return copies.accuracy > guess
      ? 'In this test the protection did not keep the model from learning this album.'
      : 'In this test the copies taught the model something about this album, though over all albums it did no better ' +
          'than guessing.';
  }
  if (!learned) {
    return (
      'The model that learned from the originals told this album from the others no better than chance can, so this ' +
      'test cannot tell what the protection does. More photos in the album make it tell more.'
    );
  }
  if (!differs(originals, copies, clean, others)) {
    return 'With so few photos, a difference of this size can be chance.';
  }
  return learnedStill
    ? 'In this test the copies taught the model less about this album than the originals did, but more than nothing.'
    : 'In this test the copies taught the model clearly less about this album: it told it from the others no better ' +
        'than chance can.';
}

/** The two learning curves, what guessing gets, and what the height means. */
interface Curves {
  height: string;
  originals: number[];
  copies: number[];
  guess: number;
}

/**
 * What to draw: how often a model was right about whether a photo is of this album, its photos and the others' counting
 * alike. Guessing gets half, and so does who says yes to every photo, or no. Of early tests, the share recognized.
 */
export function curvesOf(result: ProtectionTestResult): Curves {
  const draw = (height: string, guess: number, shareOf: (point: Point) => number): Curves => ({
    height,
    originals: result.originals.map(shareOf),
    copies: result.copies.map(shareOf),
    guess,
  });
  if (!hasMistakes(result)) {
    const height = 'Clean photos of this album that were recognized';
    return draw(height, 1 / result.albums.length, ({ recognized }) => recognized);
  }
  const height = 'Right about whether a clean photo is of this album or not';
  return draw(height, 1 / 2, ({ recognized, mistaken = 0 }) => (recognized + 1 - mistaken) / 2);
}

type Point = ProtectionTestResult['originals'][number];

/** What a short test is not. */
export const CAVEAT =
  'This is a short test: one small model, one seed, few photos. Another test may come out differently, and another ' +
  'model may learn more. Figures of longer tests, some with several seeds, are among the project’s files, beside the ' +
  'generator.';

/** What chance does in fewer than 1 of 40 tries is not taken for chance. */
const SELDOM = 1 / 40;

/**
 * Whether chance would seldom make the model say “this album” of so many more of the album's photos than of the others',
 * if what it says had nothing to do with the album: Fisher's exact test, one-sided. Of a model that says it of every
 * photo, or of none, chance can.
 */
export function isLearned({ recognized, mistaken }: Said, clean: number, others: number): boolean {
  const said = recognized + mistaken;
  let tail = 0;
  for (let k = recognized; k <= Math.min(clean, said); k++) tail += hypergeometric(k, clean, others, said);
  return tail < SELDOM;
}

/**
 * Whether chance would seldom part two equal models as far as these, by how much more often each says “this album” of the
 * album's photos than of the others': Fisher's exact test, one-sided, over both kinds of photos together.
 */
export function differs(first: Said, second: Said, clean: number, others: number): boolean {
  const found = lead(first, second, clean, others);
  const recognized = first.recognized + second.recognized;
  const mistaken = first.mistaken + second.mistaken;
  let tail = 0;
  for (let m = Math.max(0, mistaken - others); m <= Math.min(others, mistaken); m++) {
    let share = 0;
    for (let k = Math.max(0, recognized - clean); k <= Math.min(clean, recognized); k++) {
      const one = { recognized: k, mistaken: m };
      const other = { recognized: recognized - k, mistaken: mistaken - m };
      if (lead(one, other, clean, others) >= found) share += hypergeometric(k, clean, clean, recognized);
    }
    tail += share * hypergeometric(m, others, others, mistaken);
  }
  return tail < SELDOM;
}

/** How much better the first tells the album from the others than the second; in whole numbers, so that equals are equal. */
function lead(first: Said, second: Said, clean: number, others: number): number {
  return (first.recognized - second.recognized) * others - (first.mistaken - second.mistaken) * clean;
}

/** How likely `hits` of `drawn`, drawn from `kind` of one kind and `rest` of another, are of the first kind. */
function hypergeometric(hits: number, kind: number, rest: number, drawn: number): number {
  return (choose(kind, hits) * choose(rest, drawn - hits)) / choose(kind + rest, drawn);
}

/** The binomial coefficient, for up to about 1000: more is no number of this kind. */
function choose(n: number, k: number): number {
  if (k > n) return 0;
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

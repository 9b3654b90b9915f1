import type { Countermeasure } from './countermeasure.ts';
import type { Architecture } from './settings.ts';
import type { Condition } from './types.ts';
import type { Upload } from './uploads.ts';

/** What is to be compared: each entry of a list is a row. */
export interface Comparison {
  /** False leaves out the originals as they are, for who has their row already. */
  originals?: boolean;
  /** Uploads that the protected copies go through. `none` comes first by itself. */
  uploads: readonly Upload[];
  /** Ways of training on protected copies. */
  countermeasures: readonly Countermeasure[];
  /** Networks other than the usual one. Each is trained on originals too: another network, another reference. */
  architectures: readonly Architecture[];
  /** Shares of each album that are protected, in percent below 100. */
  shares: readonly number[];
  /** Also train on originals after each upload and with each countermeasure: what these cost by themselves. */
  references: boolean;
}

/** The usual stranger on originals as they are: what everything is compared with. */
export const ORIGINALS: Condition = {
  pictures: 'originals',
  upload: 'none',
  countermeasure: null,
  architecture: 'resnet',
  share: 100,
};

/**
 * The originals are the reference; then the copies as they are, through each upload, with each countermeasure, for
 * other networks, and albums that are protected in part.
 * @param copies whether there are protected copies; without them, only networks are compared
 */
export function conditionsOf(
  { originals = true, uploads, countermeasures, architectures, shares, references }: Comparison,
  copies: boolean,
): Condition[] {
  const others = Array.from(new Set(architectures), (architecture) => ({ architecture })).filter(
    ({ architecture }) => architecture !== ORIGINALS.architecture,
  );
  if (!copies) return [ORIGINALS, ...others.map((how) => ({ ...ORIGINALS, ...how }))];
  const shielded: Condition = { ...ORIGINALS, pictures: 'protected' };
  const treated = [
    ...Array.from(new Set(uploads), (upload) => ({ upload })).filter(({ upload }) => upload !== 'none'),
    ...Array.from(new Set(countermeasures), (countermeasure) => ({ countermeasure })),
  ];
  return [
    ...(originals ? [ORIGINALS] : []),
    shielded,
    ...treated.flatMap((how) => [...(references ? [{ ...ORIGINALS, ...how }] : []), { ...shielded, ...how }]),
    ...others.flatMap((how) => [
      { ...ORIGINALS, ...how },
      { ...shielded, ...how },
    ]),
    ...Array.from(new Set(shares), (share) => ({ ...shielded, share })),
  ];
}

/** A condition in words, as tables and progress show it. */
export function conditionName({ pictures, upload, countermeasure, architecture, share }: Condition): string {
  return [
    pictures,
    ...(upload === 'none' ? [] : [upload]),
    ...(countermeasure === null ? [] : [countermeasure]),
    ...(architecture === ORIGINALS.architecture ? [] : [architecture]),
    ...(share === 100 ? [] : [`${share} % of each album`]),
  ].join(', ');
}

/** What a test of an album's protection found, as it crosses the boundaries and is kept in the catalog. */
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative();
const curve = z
  .array(
    z.strictObject({
      /** 1 for the first. */
      epoch: z.number().int().positive(),
      /** Of the tested album's clean photos the share that was recognized as belonging to it. */
      recognized: share,
      /** Of all other albums' clean photos the share that was taken for this one's; tests before it was counted lack it. */
      mistaken: share.optional(),
      /** Of all albums' clean photos the share that was told right: the mean over the albums. */
      accuracy: share,
    }),
  )
  .min(1);

export const protectionTestResult = z.strictObject({
  /** The tested one first; `copies` counts the training photos that were protected. */
  albums: z.array(z.strictObject({ name: z.string(), training: count, heldOut: count, copies: count })).min(2),
  seed: count,
  /** Side of the pictures that the model saw, in pixels. */
  inputSize: count,
  epochs: count,
  /** Learning curves after training on originals, and on copies in the place of every photo that has one. */
  originals: curve,
  copies: curve,
  /** Photos that could not be read and were left out. */
  skipped: count,
  runtime: z.string(),
  seconds: z.number().nonnegative(),
});
export type ProtectionTestResult = z.infer<typeof protectionTestResult>;

/** What made the noise of the tested album's copies; several of a kind when the album was protected piece by piece. */
export const testedNoise = z.strictObject({
  /** ρ_u in units of 1/255. */
  strengths: z.array(z.number().positive()).min(1),
  generators: z.array(z.strictObject({ name: z.string(), sha256: z.string() })).min(1),
  noiseVersions: z.array(count).min(1),
});
export type TestedNoise = z.infer<typeof testedNoise>;

export interface ProtectionTestSummary {
  /** ISO 8601. */
  finishedAt: string;
  result: ProtectionTestResult;
  noise: TestedNoise;
  /** The album has been protected again, or more of it, since. */
  outdated: boolean;
}

export interface ProtectionTestProgress {
  stage: 'photos' | 'originals' | 'copies';
  /** Of the whole test, 0 to 1. */
  fraction: number;
  secondsLeft: number | null;
}

/** Why an album cannot be tested now: too little of it is protected, nothing to tell it from, or others come first. */
export interface TestObstacle {
  reason: 'protected' | 'others' | 'busy';
  problem: string;
  remedy: string;
}

/** How the test of an album's protection stands. */
export interface ProtectionTestState {
  albumId: number;
  obstacle: TestObstacle | null;
  running: ProtectionTestProgress | null;
  /** Why the newest test did not come to its end; forgotten at the end of the program. */
  failure: { problem: string; remedy: string } | null;
  /** The newest that did. */
  last: ProtectionTestSummary | null;
}

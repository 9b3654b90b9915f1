/** What the engine host does: load the generator once, then take photos, a few at a time, or test what they do. */
import { z } from 'zod';
import { RUNTIME_IDS } from '../../engine/auto/index.ts';
import type { PhotoProgress, ProtectedPhoto, ProtectionSettings } from '../../engine/protect/types.ts';
import type { Engine, EngineOptions, ProtectionTestProgress, TestedAlbum } from '../../engine/index.ts';
import type { TypesOf } from '../hosts/messages.ts';
import { protectionTestResult } from '../ipc/protectionTest.ts';
import { renderedCopy, renderOptions } from '../library/photoCalls.ts';

export type EngineWish = z.infer<typeof engineWish>;

/** What has become of the runtimes that were wanted. */
const runtimeState = z.object({
  name: z.string(),
  /** A sentence when another runtime than the wanted one has taken over, else null. */
  notice: z.string().nullable(),
  dropped: z.array(z.object({ id: z.enum(RUNTIME_IDS), reason: z.string() })).readonly(),
}) satisfies z.ZodType<Engine['runtime']>;

export const engineDescription = z.object({
  generator: z.object({ name: z.string(), sha256: z.string(), classes: z.number(), licence: z.string() }),
  runtime: runtimeState,
  /** Of what it makes; equal settings give equal noise only in one version. */
  noiseVersion: z.number(),
  /** How many photos at once keep the engine at work. */
  photosAtOnce: z.number().int().min(1),
});
export type EngineDescription = z.infer<typeof engineDescription>;

const protectionSettings = z.object({
  rhoU: z.number(),
  targetClass: z.number(),
  seed: z.number(),
}) satisfies z.ZodType<ProtectionSettings>;

const progress = z.object({
  stage: z.enum(['decode', 'noise', 'render']),
  step: z.number(),
  steps: z.number(),
  fraction: z.number(),
}) satisfies z.ZodType<PhotoProgress>;

/** A protected photo without its noise samples: those are in the noise file. */
export const protectReport = z.object({
  noiseSize: z.object({ width: z.number(), height: z.number() }),
  settings: protectionSettings,
  method: z.object({
    steps: z.number(),
    views: z.number(),
    alphaU: z.number(),
    rhoR: z.number(),
    momentum: z.number(),
    noiseVersion: z.number(),
  }),
  generator: z.object({ name: z.string(), sha256: z.string() }),
  runtime: z.string(),
  /** After this photo. */
  runtimeState,
  loss: z.object({ before: z.number(), after: z.number() }),
  seconds: z.object({ decode: z.number(), noise: z.number() }),
  copy: renderedCopy,
  noiseFile: z.object({ path: z.string(), sha256: z.string(), bytes: z.number() }),
});
export type ProtectReport = z.infer<typeof protectReport>;

/** @throws Error when the photo was protected without a noise file, which no job asks for. */
export function toReport(photo: ProtectedPhoto, state: Engine['runtime']): ProtectReport {
  const { noise, ...protection } = photo.protection;
  if (photo.noiseFile === null) throw new Error('a job asked for a protection without a noise file');
  return {
    ...protection,
    runtimeState: state,
    noiseSize: { width: noise.width, height: noise.height },
    copy: photo.copy,
    noiseFile: photo.noiseFile,
  };
}

/** Which engine is wanted; a host that has another one open closes that first. */
export const engineWish = z.object({
  generatorFolder: z.string(),
  runtimes: z.array(z.object({ id: z.enum(RUNTIME_IDS), seconds: z.number().nullable() })).min(1),
  threads: z.number().nullable(),
}) satisfies z.ZodType<EngineOptions>;

const testedAlbum = z.object({
  name: z.string(),
  photos: z.array(z.object({ path: z.string(), sha256: z.string(), copy: z.string().nullable() })),
}) satisfies z.ZodType<TestedAlbum>;

const testProgress = z.object({
  stage: z.enum(['photos', 'originals', 'copies']),
  fraction: z.number(),
  secondsLeft: z.number().nullable(),
}) satisfies z.ZodType<ProtectionTestProgress>;

export const engineCalls = {
  /** Loads the generator, if it is not loaded yet, and tells what it is. */
  open: {
    input: engineWish,
    output: engineDescription,
    progress: z.never(),
  },
  /** The class for a new album, given the classes of all albums that ever were. */
  targetClass: {
    input: z.object({ generatorFolder: z.string(), used: z.array(z.number()) }),
    output: z.object({ targetClass: z.number() }),
    progress: z.never(),
  },
  protect: {
    input: z.object({
      engine: engineWish,
      source: z.string(),
      rhoU: z.number(),
      targetClass: z.number(),
      /** The photo's own seed comes from both. */
      seed: z.object({ job: z.number(), contentSha256: z.string() }),
      noisePath: z.string(),
      copyStem: z.string(),
      render: renderOptions,
    }),
    output: protectReport,
    progress,
  },
  /** Trains a short stranger; stands back while a photo is being protected. */
  test: {
    input: z.object({ engine: engineWish, albums: z.array(testedAlbum), seed: z.number() }),
    output: protectionTestResult,
    progress: testProgress,
  },
};
export type EngineCalls = TypesOf<typeof engineCalls>;

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { replaceFile } from '../files/index.ts';
import { decodeSafetensors, encodeSafetensors, type Weights } from '../network/index.ts';
import type { TrainingSettings, TrainingState } from '../sem/index.ts';

const FILE = 'checkpoint.safetensors';
const VELOCITY = 'velocity:';

const pace = z.object({ raiseAbove: z.number(), lowerBelow: z.number(), up: z.number(), down: z.number() });

const progress = z.object({
  settings: z.string(),
  /** Null in checkpoints from before this was kept. */
  pictures: z.string().nullable().default(null),
  step: z.number().int().min(0),
  curriculum: z.object({ level: z.number(), accuracy: z.number() }),
  schedules: z.array(z.object({ from: z.number(), steps: z.number(), pace })).default([]),
  curve: z.array(
    z.object({ step: z.number(), loss: z.number(), accuracy: z.number(), level: z.number(), seconds: z.number() }),
  ),
});

/** What a training must share with its checkpoint: everything but M and the pace, which may be changed on the way. */
const identityOf = (settings: TrainingSettings): string =>
  JSON.stringify({ ...settings, steps: null, pace: undefined });

/** What is trained, and on what: a checkpoint of another training is not gone on with. */
export interface Trained {
  settings: TrainingSettings;
  /**
   * SHA-256 of the pictures to train and to test on: with others, pictures that were trained on could be tested on. Null
   * where nothing else can be in that folder.
   */
  pictures: string | null;
}

/** Writes the state as one file, whole or not at all. */
export async function writeCheckpoint(
  folder: string,
  { settings, pictures }: Trained,
  state: TrainingState,
): Promise<void> {
  const tensors: Weights = { ...state.weights };
  for (const [name, data] of Object.entries(state.velocity)) tensors[VELOCITY + name] = { shape: [data.length], data };
  const metadata = {
    progress: JSON.stringify({
      settings: identityOf(settings),
      pictures,
      schedules: state.schedules,
      step: state.step,
      curriculum: state.curriculum,
      curve: state.curve,
    }),
  };
  await replaceFile(join(folder, FILE), encodeSafetensors(tensors, metadata));
}

/** The state to go on from, or null when there is none. @throws UserError when it is of other settings or damaged */
export async function readCheckpoint(folder: string, { settings, pictures }: Trained): Promise<TrainingState | null> {
  const path = join(folder, FILE);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    return null;
  }
  const remedy = `Remove ${path} to begin anew, or repeat the settings that it was made with.`;
  let decoded: ReturnType<typeof decodeSafetensors>;
  let kept: z.infer<typeof progress>;
  try {
    decoded = decodeSafetensors(bytes);
    kept = progress.parse(JSON.parse(decoded.metadata['progress'] ?? ''));
  } catch (cause) {
    throw new UserError('corrupt', `The checkpoint ${path} is damaged.`, remedy, { cause });
  }
  if (kept.settings !== identityOf(settings)) {
    throw new UserError('bad-setting', `The checkpoint ${path} belongs to a training with other settings.`, remedy);
  }
  if (kept.pictures !== null && kept.pictures !== pictures) {
    throw new UserError('bad-setting', `The checkpoint ${path} belongs to a training on other pictures.`, remedy);
  }
  const weights: Weights = {};
  const velocity: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(decoded.weights)) {
    if (name.startsWith(VELOCITY)) velocity[name.slice(VELOCITY.length)] = tensor.data;
    else weights[name] = tensor;
  }
  return {
    step: kept.step,
    weights,
    velocity,
    curriculum: kept.curriculum,
    curve: kept.curve,
    schedules: kept.schedules,
  };
}

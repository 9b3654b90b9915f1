import { trainGenerator, type PaperSettings, type TrainingSettings } from '../sem/index.ts';
import { lastPass } from './lastPass.ts';
import { CHECKPOINT_EVERY, seedOfPart, type NoiseTask } from './task.ts';

/**
 * Error-minimizing noise: Algorithm 1, then the last pass. EM, REM and SEM are one algorithm, and differ in what the
 * noise has to bear while it is made, and in whether the generator is adversarially trained: nothing and no (EM), the
 * worst perturbation of every view and yes (REM), random perturbations of every view and yes (SEM).
 * @returns [count, 3, size, size] in levels of 1/255
 */
export async function errorMinimizingNoise(task: NoiseTask, settings: PaperSettings): Promise<Int8Array> {
  const { runtime, network, pictures, seed, hooks } = task;
  const { noise, attack, training } = settings;
  const state = { seen: 0, last: 0 };
  const [trainingWork, lastWork] = partsOfWork(settings, pictures.count);
  const tell = (): void => {
    hooks?.onProgress?.((state.seen * trainingWork + state.last * lastWork) / (trainingWork + lastWork));
  };
  const own: TrainingSettings = { ...training, network, noise, attack, labels: 'picture', seed };
  const { weights } = await trainSurrogate(task, own, (share) => {
    state.seen = share;
    tell();
  });
  state.seen = 1;
  return lastPass(
    runtime,
    { network, weights },
    noise,
    training.batch,
    pictures,
    pictures.labels,
    seedOfPart(seed, 0),
    (share) => {
      state.last = share;
      tell();
    },
  );
}

/** Trains a surrogate, from the task's checkpoint on when there is one. */
export async function trainSurrogate(
  { runtime, pictures, hooks }: NoiseTask,
  settings: TrainingSettings,
  onProgress: (share: number) => void,
): Promise<Awaited<ReturnType<typeof trainGenerator>>> {
  const checkpoint = hooks?.checkpoint;
  const resume = (await checkpoint?.read(settings)) ?? undefined;
  return trainGenerator(
    runtime,
    settings,
    pictures,
    {
      onStep: ({ step }) => onProgress(step / settings.steps),
      ...(checkpoint
        ? { checkpointEvery: CHECKPOINT_EVERY, onCheckpoint: (state) => checkpoint.write(settings, state) }
        : {}),
    },
    resume,
  );
}

/** Gradients of one picture that it takes. */
export function errorMinimizingWork(settings: PaperSettings, count: number): number {
  const [training, last] = partsOfWork(settings, count);
  return training + last;
}

/** Gradients of one picture that the training and the last pass take. */
function partsOfWork({ noise, attack, training }: PaperSettings, count: number): [training: number, last: number] {
  const making = noise.steps * noise.views * (1 + (noise.adversary?.steps ?? 0));
  return [training.steps * training.batch * (making + attack.steps + 1), count * making];
}

import { trialRequest, type TrialReply, type TrialRequest } from '../auto/index.ts';
import { toFailure } from '../errors.ts';
import type { Canvas } from '../photo/index.ts';
import { Random } from '../random/index.ts';
import { loadGenerator } from './generator.ts';
import { installedRuntimes, openRuntime } from './openRuntime.ts';
import { CANVAS_SIZE, NoiseOptimizer } from './photoNoise.ts';

/** The line to the process that asks for trials. */
export interface TrialPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A first gradient that took longer than this is not computed a second time to have it warm. */
const COLD_SECONDS = 1;

const SETTINGS = { rhoU: 8, targetClass: 0, seed: 1 };

/** Answers trial requests in this process, one at a time; it serves one candidate and is then ended. */
export function serveTrials(port: TrialPort, parts = { installedRuntimes, openRuntime }): void {
  let gradient: (() => Promise<Float32Array>) | null = null;

  async function timed(): Promise<{ value: Float32Array; seconds: number }> {
    if (gradient === null) throw new Error('nothing has been prepared');
    const started = performance.now();
    const value = await gradient();
    return { value, seconds: (performance.now() - started) / 1000 };
  }

  async function answer(request: TrialRequest): Promise<TrialReply> {
    switch (request.kind) {
      case 'candidates':
        return { kind: 'candidates', ids: parts.installedRuntimes() };
      case 'prepare': {
        const generator = await loadGenerator(request.generatorFolder);
        const runtime = await parts.openRuntime(request.id, request.threads);
        const optimizer = await NoiseOptimizer.open(generator, runtime);
        const canvas = trialPicture();
        gradient = () => optimizer.firstGradient(canvas, SETTINGS);
        const first = await timed();
        const { seconds } = first.seconds < COLD_SECONDS ? await timed() : first;
        return { kind: 'prepared', gradient: first.value, seconds };
      }
      case 'time': {
        const seconds: number[] = [];
        for (let run = 0; run < request.runs; run++) seconds.push((await timed()).seconds);
        return { kind: 'timed', seconds };
      }
    }
  }

  port.onMessage((message) => {
    void (async () => {
      try {
        port.send(await answer(trialRequest.parse(message)));
      } catch (thrown) {
        port.send({ kind: 'failed', reason: toFailure(thrown).problem } satisfies TrialReply);
      }
    })();
  });
}

/** A picture with something of everything: slow and fast waves in each channel, and grain. Always the same. */
function trialPicture(): Canvas {
  const [width, height] = [CANVAS_SIZE.longEdge, CANVAS_SIZE.shortEdge];
  const random = new Random(1);
  const pixels = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const waves = Math.sin((x + 7 * channel) / 9) * Math.cos(y / 11) + 0.5 * Math.sin((x * y) / 97 + channel);
        pixels[(channel * height + y) * width + x] = 0.5 + 0.25 * waves + 0.1 * (random.next() - 0.5);
      }
    }
  }
  return { pixels, width, height };
}

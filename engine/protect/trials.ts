import { trialRequest, type TrialReply, type TrialRequest } from '../auto/index.ts';
import { toFailure } from '../errors.ts';
import { loadGenerator } from './generator.ts';
import { installedRuntimes, openRuntime } from './openRuntime.ts';
import { TrialGradients } from './trialGradients.ts';

/** The line to the process that asks for trials. */
export interface TrialPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A first gradient that took longer than this is not computed a second time to have it warm. */
const COLD_SECONDS = 1;

/** Answers trial requests in this process, one at a time; it serves one candidate and is then ended. */
export function serveTrials(port: TrialPort, parts = { installedRuntimes, openRuntime }): void {
  let gradients: TrialGradients | null = null;

  async function timed(): Promise<{ value: Float32Array; seconds: number }> {
    if (gradients === null) throw new Error('nothing has been prepared');
    const started = performance.now();
    const value = await gradients.photo();
    return { value, seconds: (performance.now() - started) / 1000 };
  }

  async function answer(request: TrialRequest): Promise<TrialReply> {
    switch (request.kind) {
      case 'candidates':
        return { kind: 'candidates', ids: parts.installedRuntimes() };
      case 'prepare': {
        const generator = await loadGenerator(request.generatorFolder);
        const runtime = await parts.openRuntime(request.id, request.threads);
        gradients = await TrialGradients.open(generator, runtime);
        const first = await timed();
        const others = await gradients.others();
        const { seconds } = first.seconds < COLD_SECONDS ? await timed() : first;
        return { kind: 'prepared', gradients: [first.value, ...others], seconds };
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

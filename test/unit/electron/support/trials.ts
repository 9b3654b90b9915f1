import type { StartHost } from '../../../../electron/hosts/process.ts';
import { trialRequest, type TrialReply } from '../../../../engine/auto/index.ts';

/** A trial host in this process whose every candidate answers the same gradient at once. */
export const testTrialHost: StartHost = () => {
  let tell: (message: TrialReply) => void = () => undefined;
  return {
    send: (message) => {
      const request = trialRequest.parse(message);
      setImmediate(() => {
        if (request.kind === 'candidates') tell({ kind: 'candidates', ids: ['onnx/cpu'] });
        else if (request.kind === 'prepare')
          tell({ kind: 'prepared', gradients: [Float32Array.of(1, 2)], seconds: 0.1 });
        else tell({ kind: 'timed', seconds: [0.1] });
      });
    },
    onMessage: (listener) => (tell = listener),
    onExit: () => undefined,
    kill: () => undefined,
  };
};

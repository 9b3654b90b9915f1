/** The engine host: a process of its own, so that no optimization ever stands in the window's way. */
import { chooseTargetClass, openEngine, openRuntime, seedFor, testProtection } from '../../engine/index.ts';
import { parentPort } from '../hosts/parentPort.ts';
import { serve } from '../hosts/serve.ts';
import { engineCalls } from './engineCalls.ts';
import { engineService } from './engineService.ts';

serve(
  parentPort(),
  engineCalls,
  engineService({
    openEngine,
    chooseTargetClass,
    seedFor,
    testProtection: async ({ runtime: choice, threads }, request, hooks) => {
      // The stranger's machine is its own: what protected the copies is not what trains on them.
      const runtime = await openRuntime(choice === 'auto' ? 'onnx' : choice, threads);
      try {
        return await testProtection(runtime, request, hooks);
      } finally {
        await runtime.close();
      }
    },
  }),
);

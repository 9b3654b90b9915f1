/** The engine host: a process of its own, so that no optimization ever stands in the window's way. */
import {
  chooseTargetClass,
  loadGenerator,
  openEngine,
  openRuntime,
  seedFor,
  testProtection,
} from '../../engine/index.ts';
import { parentPort } from '../hosts/parentPort.ts';
import { serve } from '../hosts/serve.ts';
import { engineCalls } from './engineCalls.ts';
import { engineService } from './engineService.ts';

serve(
  parentPort(),
  engineCalls,
  engineService({
    openEngine,
    classesOf: async (folder) => (await loadGenerator(folder)).network.classes,
    chooseTargetClass,
    seedFor,
    testProtection: async ({ threads }, request, hooks) => {
      // Auto's trials are about noise; how fast another runtime trains, or how well, they do not tell.
      const runtime = await openRuntime('onnx/cpu', threads);
      try {
        return await testProtection(runtime, request, hooks);
      } finally {
        await runtime.close();
      }
    },
  }),
);

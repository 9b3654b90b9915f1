import { availableParallelism } from 'node:os';
import type { RuntimeId } from '../auto/index.ts';
import {
  findTfjsNode,
  offeredProviders,
  openOnnxRuntime,
  openTfjsCpu,
  openTfjsNode,
  TFJS_NODE_PACKAGES,
  type ExecutionProvider,
  type Runtime,
} from '../runtime/index.ts';

/**
 * Opens a runtime by its name.
 * @param threads null: all cores, but at most 8 (a photo's views do not feed more)
 * @throws UserError 'runtime' when it is not installed; one whose device does not answer throws when it compiles
 */
export function openRuntime(id: RuntimeId, threads: number | null): Promise<Runtime> {
  const onnx = (provider: ExecutionProvider): Promise<Runtime> =>
    Promise.resolve(openOnnxRuntime({ provider, threads: threads ?? Math.min(8, availableParallelism()) }));
  switch (id) {
    case 'onnx/cpu':
      return onnx('cpu');
    case 'onnx/webgpu':
      return onnx('webgpu');
    case 'onnx/dml':
      return onnx('dml');
    case 'onnx/coreml':
      return onnx('coreml');
    case 'onnx/cuda':
      return onnx('cuda');
    case 'tfjs-node':
    case 'tfjs-node-gpu':
      return openTfjsNode(id);
    case 'tfjs-cpu':
      return openTfjsCpu();
  }
}

/** The runtimes that this installation has. Whether a device answers, only a trial can tell. */
export function installedRuntimes(): RuntimeId[] {
  return [
    ...offeredProviders().map((provider) => `onnx/${provider}` as const),
    ...(Object.keys(TFJS_NODE_PACKAGES) as (keyof typeof TFJS_NODE_PACKAGES)[]).filter(findTfjsNode),
    'tfjs-cpu',
  ];
}

import { availableParallelism } from 'node:os';
import { openOnnxRuntime, openTfjsCpu, type Runtime } from '../runtime/index.ts';

export type RuntimeChoice = 'auto' | 'onnx' | 'tfjs-cpu';
export const RUNTIME_CHOICES = ['auto', 'onnx', 'tfjs-cpu'] as const satisfies readonly RuntimeChoice[];

/** @param threads null: all cores, but at most 8 (a photo's views do not feed more) */
export function openRuntime(choice: Exclude<RuntimeChoice, 'auto'>, threads: number | null): Promise<Runtime> {
  if (choice === 'tfjs-cpu') return openTfjsCpu();
  return Promise.resolve(openOnnxRuntime({ threads: threads ?? Math.min(8, availableParallelism()) }));
}

import { listSupportedBackends } from 'onnxruntime-node';
import { EXECUTION_PROVIDERS, type ExecutionProvider } from './provider.ts';

/** The execution providers that this build of ONNX Runtime has; whether a device answers is another question. */
export function offeredProviders(): ExecutionProvider[] {
  const offered = new Set(listSupportedBackends().map(({ name }): string => name));
  return EXECUTION_PROVIDERS.filter((provider) => offered.has(provider));
}

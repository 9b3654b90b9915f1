/** ONNX Runtime as a `Runtime`: a function is recorded (trace), written as ONNX (lower) and run in a worker thread. */
export { openOnnxRuntime, type OnnxOptions } from './onnxRuntime.ts';
export { offeredProviders } from './offered.ts';
export type { ExecutionProvider } from './provider.ts';

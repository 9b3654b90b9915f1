/** ONNX Runtime as a `Runtime`: a function is recorded (trace), written as ONNX (lower) and run in a worker thread. */
export { openOnnxRuntime, type OnnxOptions } from './onnxRuntime.ts';
export { multiplyAddsOf, type MultiplyAdds } from './operations.ts';
export { offeredProviders } from './offered.ts';
export type { ExecutionProvider } from './provider.ts';

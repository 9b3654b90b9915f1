/**
 * How the mathematics is run. Losses are written once with TensorFlow.js operations; a `Runtime` compiles them for
 * fixed shapes and runs them, on ONNX Runtime or on the plain TensorFlow.js CPU backend (the oracle of the tests).
 */
export * from './runtime.ts';
export { openOnnxRuntime } from './onnx/index.ts';
export { openTfjsCpu } from './tfjsCpu.ts';

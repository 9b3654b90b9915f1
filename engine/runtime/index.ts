/**
 * How the mathematics is run. Losses are written once with TensorFlow.js operations; a `Runtime` compiles them for
 * fixed shapes and runs them: on ONNX Runtime, on TensorFlow's own library when it is installed, or on the plain
 * TensorFlow.js CPU backend (the oracle of the tests).
 */
export * from './runtime.ts';
export {
  multiplyAddsOf,
  offeredProviders,
  openOnnxRuntime,
  type ExecutionProvider,
  type MultiplyAdds,
} from './onnx/index.ts';
export { openTfjsCpu } from './tfjsCpu.ts';
export { findTfjsNode, openTfjsNode, TFJS_NODE_PACKAGES, type TfjsNodePackage } from './tfjsNode.ts';

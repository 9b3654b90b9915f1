/** Networks: their layers, their forward pass in TensorFlow.js operations, and their weights as a file. */
export * from './architecture.ts';
export * from './classify.ts';
export { convolutionsOf } from './families/index.ts';
export * from './safetensors.ts';
export * from './weights.ts';

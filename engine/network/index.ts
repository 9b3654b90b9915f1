/** The generator's architecture, its forward pass in TensorFlow.js operations, and its weights as a file. */
export * from './architecture.ts';
export * from './classify.ts';
export * from './safetensors.ts';
export * from './weights.ts';

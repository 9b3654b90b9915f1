/** The parts of ONNX Runtime that compute, by its own names for them: its execution providers. */
export const EXECUTION_PROVIDERS = ['cpu', 'webgpu', 'dml', 'coreml', 'cuda'] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

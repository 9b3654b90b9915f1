/** Every way of computing that there is, by the name that its `Runtime` has, the processor's first. */
export const RUNTIME_IDS = [
  'onnx/cpu',
  'onnx/webgpu',
  'onnx/dml',
  'onnx/coreml',
  'onnx/cuda',
  'tfjs-node',
  'tfjs-node-gpu',
  'tfjs-cpu',
] as const;
export type RuntimeId = (typeof RUNTIME_IDS)[number];

/** What the user picks: one of them, or the fastest that computes correctly on this machine. */
export const RUNTIME_CHOICES = ['auto', ...RUNTIME_IDS] as const;
export type RuntimeChoice = (typeof RUNTIME_CHOICES)[number];

const NAMES: Readonly<Record<RuntimeId, string>> = {
  'onnx/cpu': 'Processor',
  'onnx/webgpu': 'Graphics card (WebGPU)',
  'onnx/dml': 'Graphics card (DirectML)',
  'onnx/coreml': 'Apple accelerators (Core ML)',
  'onnx/cuda': 'NVIDIA graphics card (CUDA)',
  'tfjs-node': 'Processor (TensorFlow)',
  'tfjs-node-gpu': 'NVIDIA graphics card (TensorFlow)',
  'tfjs-cpu': 'Processor, plain (slow)',
};

/** A runtime's name in words, for people. */
export function runtimeName(id: RuntimeId): string {
  return NAMES[id];
}

/**
 * Runtimes that need nothing but the processor and come with every installation, the faster first. The first that
 * answers is what the others' gradients are checked against; the tests check it against the second.
 */
export const REFERENCES = ['onnx/cpu', 'tfjs-cpu'] as const satisfies readonly RuntimeId[];

export function isReference(id: RuntimeId): boolean {
  return REFERENCES.some((reference) => reference === id);
}

/** A runtime to use, with the seconds that its trial took for one gradient; null when it has had no trial. */
export interface PlannedRuntime {
  id: RuntimeId;
  seconds: number | null;
}

/** Where no trial told anything: those that every installation has. */
export function untriedPlan(): PlannedRuntime[] {
  return REFERENCES.map((id) => ({ id, seconds: null }));
}

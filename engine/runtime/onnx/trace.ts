import * as tf from '@tensorflow/tfjs-core';
import '../gradients.ts';
import type { TensorFunction, TensorSpec } from '../runtime.ts';
import { useBackend } from '../backend.ts';
import { Graph, sameShape, type DType, type Value } from './ir.ts';
import { kernels } from './kernels.ts';

const BACKEND = 'stillgrain-trace';

/** A recorded function: the graph and the values that are its outputs. */
export interface Trace {
  graph: Graph;
  outputs: Record<string, Value>;
}

interface Entry {
  value: Value;
  references: number;
}

/**
 * A TensorFlow.js backend whose kernels record instead of compute. Automatic differentiation works on it as on any
 * backend, so what is recorded is the loss and its gradient.
 */
class TraceBackend extends tf.KernelBackend {
  readonly #entries = new Map<object, Entry>();
  /** Tensors of another backend that the function closes over, by their data id: they become constants. */
  #captured = new Map<object, Value>();
  #graph: Graph | null = null;

  get graph(): Graph {
    if (!this.#graph) throw new Error('a tensor was made outside of a trace');
    return this.#graph;
  }

  begin(): Graph {
    this.#captured = new Map();
    return (this.#graph = new Graph());
  }

  end(): void {
    this.#graph = null;
    this.#entries.clear();
    this.#captured.clear();
  }

  wrap(value: Value): tf.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1 });
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  recorded(tensor: tf.TensorInfo): Value {
    const entry = this.#entries.get(tensor.dataId);
    if (entry) {
      return sameShape(entry.value.shape, tensor.shape)
        ? entry.value
        : this.graph.add('Reshape', [entry.value], {}, tensor.shape, entry.value.dtype);
    }
    let value = this.#captured.get(tensor.dataId);
    if (!value) {
      value = this.graph.constant(
        tf.engine().readSync(tensor.dataId) as Float32Array,
        tensor.shape,
        tensor.dtype as DType,
      );
      this.#captured.set(tensor.dataId, value);
    }
    return value;
  }

  override write(values: tf.backend_util.TypedArray, shape: number[], dtype: DType): object {
    return this.wrap(this.graph.constant(values, shape, dtype)).dataId;
  }
  override readSync(): never {
    throw new Error('a traced function must not read the data of a tensor');
  }
  override read(): Promise<never> {
    return Promise.reject(new Error('a traced function must not read the data of a tensor'));
  }
  override numDataIds(): number {
    return this.#entries.size;
  }
  override refCount(dataId: object): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }
  override incRef(dataId: object): void {
    const entry = this.#entries.get(dataId);
    if (entry) entry.references++;
  }
  override disposeData(dataId: object, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (!entry) return true;
    entry.references--;
    if (entry.references > 0 && !force) return false;
    this.#entries.delete(dataId);
    return true;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override timerAvailable(): boolean {
    return false;
  }
}

let backend: TraceBackend | null = null;

function registeredBackend(): TraceBackend {
  if (backend) return backend;
  const made = (backend = new TraceBackend());
  tf.registerBackend(BACKEND, () => made, 0);
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs }) => {
        const values: Record<string, Value> = {};
        for (const [name, tensor] of Object.entries(inputs)) {
          if (tensor) values[name] = made.recorded(tensor);
        }
        return made.wrap(kernel({ graph: made.graph, inputs: values, attributes: attrs ?? {} }));
      },
    });
  }
  return made;
}

/**
 * Records what `fn` computes for inputs of these shapes, gradients included. Constant tensors that it closes over
 * are baked in.
 */
export function trace(fn: TensorFunction, inputs: readonly TensorSpec[]): Trace {
  const recorder = registeredBackend();
  const before = tf.getBackend();
  useBackend(BACKEND);
  const graph = recorder.begin();
  const outputs: Record<string, Value> = {};
  try {
    tf.tidy(() => {
      const placeholders: Record<string, tf.Tensor> = {};
      for (const { name, shape } of inputs) {
        placeholders[name] = tf.engine().makeTensorFromTensorInfo(recorder.wrap(graph.input(name, shape)), recorder);
      }
      for (const [name, tensor] of Object.entries(fn(placeholders))) outputs[name] = recorder.recorded(tensor);
    });
  } finally {
    recorder.end();
    if (before) useBackend(before);
  }
  return { graph, outputs };
}

import * as tf from '@tensorflow/tfjs-core';

/** Attributes of the convolution kernels that matter here. */
interface Padding {
  /** `same`, `valid`, or pixels on every side. */
  pad: unknown;
}

/**
 * tfjs-node knows convolutions with the padding `same` and `valid` only, where ours name a number of pixels (see
 * `classify`). Its three kernels are wrapped: pixels become a padded picture and `valid`. Called again it does nothing.
 */
export function allowPaddingInPixels(backendName: string): void {
  if (wrapped.has(backendName)) return;
  wrapped.add(backendName);

  wrap(tf.Conv2D, backendName, (run, { inputs, attrs }, pixels) =>
    run({ ...inputs, x: padded(inputs['x'], pixels) }, { ...attrs, pad: 'valid' }),
  );
  wrap(tf.Conv2DBackpropFilter, backendName, (run, { inputs, attrs }, pixels) =>
    run({ ...inputs, x: padded(inputs['x'], pixels) }, { ...attrs, pad: 'valid' }),
  );
  wrap(tf.Conv2DBackpropInput, backendName, (run, { inputs, attrs }, pixels) => {
    const { inputShape } = attrs as unknown as tf.Conv2DBackpropInputAttrs;
    const [batch, height, width, channels] = inputShape;
    const larger = [batch, height + 2 * pixels, width + 2 * pixels, channels];
    const gradient = run(inputs, { ...attrs, inputShape: larger, pad: 'valid' });
    return tf.slice(asTensor(gradient), [0, pixels, pixels, 0], [batch, height, width, channels]);
  });
}

const wrapped = new Set<string>();

type Run = (inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap) => tf.TensorInfo;
type Call = { inputs: tf.NamedTensorInfoMap; attrs: tf.NamedAttrMap };

/** Replaces a kernel by `around`, which is called only where the padding is a number of pixels. */
function wrap(
  kernelName: string,
  backendName: string,
  around: (run: Run, call: Call, pixels: number) => tf.TensorInfo,
): void {
  const original = tf.getKernel(kernelName, backendName);
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    ...original,
    kernelFunc: ({ inputs, attrs = {}, backend }) => {
      const run: Run = (changed, changedAttrs) => {
        const result = original.kernelFunc({ inputs: changed, attrs: changedAttrs, backend });
        if (Array.isArray(result)) throw new Error(`${kernelName} answered several tensors`);
        return result;
      };
      const { pad } = attrs as unknown as Padding;
      return typeof pad === 'number' ? around(run, { inputs, attrs }, pad) : run(inputs, attrs);
    },
  });
}

/** A picture [N, H, W, C] with that many zeros on every side. */
function padded(x: tf.TensorInfo | undefined, pixels: number): tf.TensorInfo {
  if (!x) throw new Error('a convolution without its input');
  if (pixels === 0) return x;
  const none: [number, number] = [0, 0];
  const both: [number, number] = [pixels, pixels];
  return tf.pad(asTensor(x), [none, both, both, none]);
}

/** What a kernel is given or answers is a tensor here; a second one over its data would free it too early. */
function asTensor(info: tf.TensorInfo): tf.Tensor {
  if (!(info instanceof tf.Tensor)) throw new Error('tfjs-node handed over something else than a tensor');
  return info as tf.Tensor;
}

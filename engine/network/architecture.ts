/**
 * Kinds of networks: `resnet` (He et al. 2016, basic blocks; the generator's), `vgg` (Simonyan and Zisserman 2015),
 * `densenet` (Huang et al. 2017), `vit` (Dosovitskiy et al. 2021). All are small enough to be quick on a CPU.
 */
export type FamilyName = 'resnet' | 'vgg' | 'densenet' | 'vit';

/** A network, f′θ or a stranger's. */
export interface NetworkConfig {
  /** By default `resnet`. */
  family?: FamilyName;
  /** Views are [3, inputSize, inputSize]. */
  inputSize: number;
  /**
   * Channels of each stage; every stage after the first halves the resolution. `densenet`: what each layer of a stage
   * adds. `vit`: one number, the width.
   */
  widths: readonly number[];
  /** `resnet`: 1 leaves the stem at full resolution, as ResNet-18 for CIFAR-10; 2, which halves it, unless told. */
  stemStride?: 1 | 2;
  /** Residual blocks or convolutions in each stage; the transformer's layers. */
  blocks: number;
  classes: number;
}

/** One convolution with its batch normalization. Weights are OIHW. */
export interface ConvolutionLayer {
  name: string;
  kernel: number;
  channelsIn: number;
  channelsOut: number;
  stride: number;
}

/** A 3 × 3 convolution at stride 1, which most are. */
export function convolution3(name: string, channelsIn: number, channelsOut: number, stride = 1): ConvolutionLayer {
  return { name, kernel: 3, channelsIn, channelsOut, stride };
}

/** The channels of the first stage. */
export function firstWidth({ widths }: NetworkConfig): number {
  const [first] = widths;
  if (first === undefined) throw new Error('a network needs at least one stage');
  return first;
}

import type * as tf from '@tensorflow/tfjs-core';
import type { ConvolutionLayer, NetworkConfig } from '../architecture.ts';

/** A weight that belongs to no convolution, and the deviation of what it starts from; 'ones' and 'zeros' are exact. */
export interface OtherWeight {
  name: string;
  shape: number[];
  start: 'ones' | 'zeros' | number;
}

/** How a picture passes a network, in training or in evaluation mode. */
export interface Pass {
  /** The convolution and its batch normalization of x [N, H, W, C]. */
  convolve: (x: tf.Tensor4D, layer: ConvolutionLayer) => tf.Tensor4D;
  /** A weight by its name. */
  weight: (name: string) => tf.Tensor;
}

/** A kind of network: its layers, and the way from pictures to features. */
export interface Family {
  /** All convolutions, in the order in which a picture passes them. */
  convolutions: (config: NetworkConfig) => ConvolutionLayer[];
  /** All other weights but the classifier's. */
  others: (config: NetworkConfig) => OtherWeight[];
  /** Features that reach the classifier. */
  features: (config: NetworkConfig) => number;
  /** Features [N, F] of normalized pictures [N, S, S, 3]. */
  forward: (config: NetworkConfig, x: tf.Tensor4D, pass: Pass) => tf.Tensor2D;
}

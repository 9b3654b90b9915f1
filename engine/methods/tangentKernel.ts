/** An infinitely wide fully connected network with the error function as its nonlinearity and a linear readout. */
export interface TangentNetwork {
  /** Hidden layers. */
  layers: number;
  /** Variance of the weights, times the width. */
  weightVariance: number;
  biasVariance: number;
}

/** A value with its derivatives with respect to ⟨x, z⟩/d, ‖x‖²/d and ‖z‖²/d. */
type Dual = readonly [value: number, cross: number, left: number, right: number];

/**
 * The neural tangent kernel Θ(x, z) of the network (Jacot et al. 2018; layer by layer as Lee et al. 2019, with
 * Williams' closed form for the error function), and its derivatives with respect to its three arguments.
 * @param cross ⟨x, z⟩/d for pictures of d samples
 * @param left ‖x‖²/d
 * @param right ‖z‖²/d
 */
export function tangentKernel(network: TangentNetwork, cross: number, left: number, right: number): Dual {
  const { layers, weightVariance, biasVariance } = network;
  const dense = (x: Dual): Dual => add(scale(x, weightVariance), [biasVariance, 0, 0, 0]);
  // Covariances of the pre-activations: of x with z, of x, of z.
  let both = dense([cross, 1, 0, 0]);
  let own: [Dual, Dual] = [dense([left, 0, 1, 0]), dense([right, 0, 0, 1])];
  let tangent = both;
  for (let layer = 0; layer < layers; layer++) {
    const [a, b] = own.map((variance) => add([1, 0, 0, 0], scale(variance, 2))) as [Dual, Dual];
    const area = multiply(a, b);
    const derivative = scale(power(add(area, scale(multiply(both, both), -4)), -0.5), 4 / Math.PI);
    const covariance = scale(arcsine(multiply(scale(both, 2), power(area, -0.5))), 2 / Math.PI);
    own = own.map((variance, i) =>
      dense(scale(arcsine(multiply(scale(variance, 2), power(i === 0 ? a : b, -1))), 2 / Math.PI)),
    ) as [Dual, Dual];
    both = dense(covariance);
    tangent = add(both, scale(multiply(derivative, tangent), weightVariance));
  }
  return tangent;
}

const add = (x: Dual, y: Dual): Dual => [x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]];
const scale = (x: Dual, factor: number): Dual => [x[0] * factor, x[1] * factor, x[2] * factor, x[3] * factor];
const chain = (x: Dual, value: number, slope: number): Dual => [value, slope * x[1], slope * x[2], slope * x[3]];
const multiply = (x: Dual, y: Dual): Dual => [
  x[0] * y[0],
  x[1] * y[0] + x[0] * y[1],
  x[2] * y[0] + x[0] * y[2],
  x[3] * y[0] + x[0] * y[3],
];
const power = (x: Dual, exponent: number): Dual => chain(x, x[0] ** exponent, exponent * x[0] ** (exponent - 1));
const arcsine = (x: Dual): Dual => chain(x, Math.asin(x[0]), 1 / Math.sqrt(1 - x[0] * x[0]));

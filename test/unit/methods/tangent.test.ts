import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { tangentKernel, type TangentNetwork } from '../../../engine/methods/tangentKernel.ts';
import { tangentLoss, type LabelledRows } from '../../../engine/methods/tangentLoss.ts';
import { Random } from '../../../engine/random/index.ts';
import { numericalGradient } from './plainNetwork.ts';

const network: TangentNetwork = { layers: 2, weightVariance: 1.76, biasVariance: 0.18 };

/** The error function by its series. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const slope = (x: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);

/** E[f(u) f(v)] of a centred Gaussian with these covariances, by summing over a fine grid. */
function expectation(f: (x: number) => number, a: number, b: number, both: number): number {
  const steps = 160;
  const reach = 6;
  const nodes = Array.from({ length: steps }, (_, i) => -reach + ((i + 0.5) * 2 * reach) / steps);
  const density = nodes.map((z) => Math.exp((-z * z) / 2) * ((2 * reach) / steps / Math.sqrt(2 * Math.PI)));
  const along = both / Math.sqrt(a);
  const across = Math.sqrt(Math.max(0, b - along * along));
  return nodes.reduce((sum, z, i) => {
    const left = f(Math.sqrt(a) * z) * (density[i] ?? NaN);
    return sum + left * nodes.reduce((inner, w, j) => inner + f(along * z + across * w) * (density[j] ?? NaN), 0);
  }, 0);
}

/** Θ by the recursion of Jacot et al., its expectations by summation. */
function direct(
  { layers, weightVariance: w, biasVariance: c }: TangentNetwork,
  x: number,
  left: number,
  right: number,
): number {
  let [both, a, b] = [w * x + c, w * left + c, w * right + c];
  let tangent = both;
  for (let layer = 0; layer < layers; layer++) {
    const derivative = expectation(slope, a, b, both);
    [both, a, b] = [
      w * expectation(erf, a, b, both) + c,
      w * expectation(erf, a, a, a) + c,
      w * expectation(erf, b, b, b) + c,
    ];
    tangent = both + w * derivative * tangent;
  }
  return tangent;
}

describe('the tangent kernel', () => {
  it.each([
    [0.2, 0.5, 0.4],
    [-0.1, 0.3, 0.6],
    [0.45, 0.45, 0.45],
  ])('of ⟨x, z⟩ = %d, ‖x‖² = %d, ‖z‖² = %d is the recursion by summation', (cross, left, right) => {
    expect(tangentKernel(network, cross, left, right)[0]).toBeCloseTo(direct(network, cross, left, right), 5);
  });

  it('is what training a wide network finds: ⟨∂f/∂θ(x), ∂f/∂θ(z)⟩', () => {
    // One hidden layer, so that the derivatives can be written down.
    const one: TangentNetwork = { ...network, layers: 1 };
    const random = new Random(1);
    const x = [0.9, 0.1, 0.5];
    const z = [0.2, 0.8, 0.7];
    const width = 200_000;
    const dot = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0) / a.length;
    const [w, c] = [one.weightVariance, one.biasVariance];
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const weights = x.map(() => random.normal());
      const [bias, out] = [random.normal(), random.normal()];
      const before = (p: number[]): number =>
        Math.sqrt(w / 3) * p.reduce((total, v, k) => total + v * (weights[k] ?? NaN), 0) + Math.sqrt(c) * bias;
      const [u, v] = [before(x), before(z)];
      // By the output weight; by the weights and the bias of the hidden unit.
      sum += (w / width) * (erf(u) * erf(v) + out * out * slope(u) * slope(v) * (w * dot(x, z) + c));
    }
    const expected = sum + c;
    expect(tangentKernel(one, dot(x, z), dot(x, x), dot(z, z))[0] / expected).toBeCloseTo(1, 1);
    expect(Math.abs(tangentKernel(one, dot(x, z), dot(x, x), dot(z, z))[0] / expected - 1)).toBeLessThan(0.02);
  });

  it('has the derivatives that differences find', () => {
    const at = [0.2, 0.5, 0.4];
    const numeric = numericalGradient(
      ([cross = 0, left = 0, right = 0]) => tangentKernel(network, cross, left, right)[0],
      at,
    );
    const [, ...derivatives] = tangentKernel(network, 0.2, 0.5, 0.4);
    numeric.forEach((value, i) => expect(derivatives[i]).toBeCloseTo(value, 7));
  });
});

function rows(count: number, seed: number): LabelledRows {
  const random = new Random(seed);
  return {
    x: new Matrix(Array.from({ length: count }, () => Array.from({ length: 6 }, () => random.next()))),
    y: new Matrix(Array.from({ length: count }, (_, i) => [0, 1, 2].map((c) => (i % 3 === c ? 1 : 0)))),
  };
}

describe('the loss of the surrogate at time t', () => {
  const surrogate = { network, time: 40, regularization: 1e-4 };
  const training = rows(5, 1);
  const validation = rows(4, 2);

  it('is that of gradient descent in many small steps', () => {
    const dot = (a: number[], b: number[]): number => a.reduce((sum, v, i) => sum + v * (b[i] ?? NaN), 0) / a.length;
    const theta = (a: number[], b: number[]): number => tangentKernel(network, dot(a, b), dot(a, a), dot(b, b))[0];
    const [x, v, y] = [training.x.to2DArray(), validation.x.to2DArray(), training.y.to2DArray()];
    const own = x.map((a) => x.map((b) => theta(a, b)));
    const extra = (1e-4 * own.reduce((sum, row, i) => sum + (row[i] ?? NaN), 0)) / 5;
    own.forEach((row, i) => (row[i] = (row[i] ?? NaN) + extra));
    const across = v.map((a) => x.map((b) => theta(a, b)));
    const [onTraining, onValidation] = [x.map(() => [0, 0, 0]), v.map(() => [0, 0, 0])];
    const steps = 20_000;
    for (let s = 0; s < steps; s++) {
      const errors = onTraining.map((row, i) => row.map((f, c) => (f - (y[i]?.[c] ?? NaN)) / 15));
      const move = (f: number[][], kernel: number[][]): void =>
        f.forEach((row, i) => {
          row.forEach((value, c) => {
            const pull = errors.reduce((sum, e, j) => sum + (kernel[i]?.[j] ?? NaN) * (e[c] ?? NaN), 0);
            row[c] = value - (40 / steps) * pull;
          });
        });
      move(onTraining, own);
      move(onValidation, across);
    }
    const loss =
      onValidation.reduce((sum, row, i) => {
        const total = Math.log(row.reduce((all, f) => all + Math.exp(f), 0));
        return sum + total - (row[i % 3] ?? NaN);
      }, 0) / 4;
    expect(tangentLoss(surrogate, training, validation).loss).toBeCloseTo(loss, 4);
  });

  it('has the gradient that differences find', () => {
    const { gradient } = tangentLoss(surrogate, training, validation);
    const flat = training.x.to1DArray();
    const numeric = numericalGradient((values) => {
      const x = Matrix.from1DArray(5, 6, values);
      return tangentLoss(surrogate, { x, y: training.y }, validation).loss;
    }, flat);
    const scale = Math.max(...numeric.map(Math.abs));
    expect(scale).toBeGreaterThan(1e-4);
    gradient.to1DArray().forEach((value, i) => expect(value / scale).toBeCloseTo((numeric[i] ?? NaN) / scale, 4));
  });
});

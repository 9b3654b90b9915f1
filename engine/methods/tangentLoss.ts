import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { tangentKernel, type TangentNetwork } from './tangentKernel.ts';

/** Pictures as rows [count, d] in [0, 1] with one-hot labels [count, classes]. */
export interface LabelledRows {
  x: Matrix;
  y: Matrix;
}

/** A surrogate and how long it has learned. */
export interface TangentSurrogate {
  network: TangentNetwork;
  /** t: steps of gradient descent on the mean squared error with a learning rate of 1, as a flow. */
  time: number;
  /** Added to the diagonal of the training kernel, in units of its mean. */
  regularization: number;
}

/** A kernel matrix with its derivatives: rows × columns of `tangentKernel`. */
interface Kernel {
  value: Matrix;
  cross: Matrix;
  left: Matrix;
  right: Matrix;
}

/**
 * How badly the surrogate, trained for t on the training pictures, does on the validation pictures, and the gradient
 * with respect to the training pictures (NTGA, Yuan and Wu 2021, equation 5). The surrogate's answer is the closed form
 * of the mean of infinitely wide networks under gradient flow, f_t(v) = Θ(v, x) Θ⁻¹ (I − e^{−tΘ/(nc)}) y, with Θ of
 * the training pictures, n of them in c classes.
 * @returns mean cross-entropy on the validation pictures, and its gradient [training pictures, d]
 */
export function tangentLoss(
  { network, time, regularization }: TangentSurrogate,
  training: LabelledRows,
  validation: LabelledRows,
): { loss: number; gradient: Matrix } {
  const { x, y } = training;
  const own = kernelOf(network, x, x);
  const across = kernelOf(network, validation.x, x);
  const count = x.rows;
  const regular = own.value.clone();
  const extra = (regularization * own.value.trace()) / count;
  for (let i = 0; i < count; i++) regular.set(i, i, regular.get(i, i) + extra);

  const decomposed = new EigenvalueDecomposition(regular, { assumeSymmetric: true });
  const { eigenvectorMatrix: q, realEigenvalues: eigenvalues } = decomposed;
  const rate = time / (count * y.columns);
  const learned = eigenvalues.map((value) => -Math.expm1(-rate * value) / value);
  const half = q.clone().mulRowVector(learned);
  const solution = half.mmul(q.transpose().mmul(y));
  const answers = across.value.mmul(solution);
  const { loss, slope } = crossEntropyOf(answers, validation.y);

  const ofAcross = slope.mmul(solution.transpose());
  // The derivative of a function of a symmetric matrix (Daleckii and Krein): divided differences in its eigenbasis.
  const inside = q.transpose().mmul(across.value.transpose().mmul(slope)).mmul(y.transpose().mmul(q));
  inside.apply(function (i, j) {
    this.set(i, j, this.get(i, j) * dividedDifference(eigenvalues, learned, rate, i, j));
  });
  const ofOwn = q.mmul(inside).mmul(q.transpose());
  const spread = (regularization * ofOwn.trace()) / count;
  for (let i = 0; i < count; i++) ofOwn.set(i, i, ofOwn.get(i, i) + spread);
  // Θ(xᵢ, xⱼ) stands in the matrix twice.
  ofOwn.add(ofOwn.transpose());

  const samples = x.columns;
  const gradient = Matrix.mul(ofOwn, own.cross).mmul(x);
  gradient.add(Matrix.mul(ofAcross, across.cross).transpose().mmul(validation.x));
  const norms = Matrix.mul(ofOwn, own.left).sum('row');
  const acrossNorms = Matrix.mul(ofAcross, across.right).sum('column');
  const weights = norms.map((value, i) => 2 * (value + (acrossNorms[i] ?? 0)));
  gradient.add(x.clone().mulColumnVector(weights)).div(samples);
  return { loss, gradient };
}

/** Θ(aᵢ, bⱼ) for rows of pictures. */
function kernelOf(network: TangentNetwork, a: Matrix, b: Matrix): Kernel {
  const samples = a.columns;
  const products = a.mmul(b.transpose()).div(samples);
  const squares = (m: Matrix): number[] => m.to2DArray().map((row) => row.reduce((sum, s) => sum + s * s, 0) / samples);
  const [left, right] = [squares(a), squares(b)];
  const blank = (): Matrix => new Matrix(a.rows, b.rows);
  const kernel: Kernel = { value: blank(), cross: blank(), left: blank(), right: blank() };
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      const dual = tangentKernel(network, products.get(i, j), left[i] ?? 0, right[j] ?? 0);
      kernel.value.set(i, j, dual[0]);
      kernel.cross.set(i, j, dual[1]);
      kernel.left.set(i, j, dual[2]);
      kernel.right.set(i, j, dual[3]);
    }
  }
  return kernel;
}

/** (g(λᵢ) − g(λⱼ)) / (λᵢ − λⱼ) for g(λ) = (1 − e^{−rλ}) / λ, or g′ where they are as good as equal. */
function dividedDifference(
  eigenvalues: readonly number[],
  learned: readonly number[],
  rate: number,
  i: number,
  j: number,
): number {
  const [a = 0, b = 0] = [eigenvalues[i], eigenvalues[j]];
  const gap = a - b;
  if (Math.abs(gap) > 1e-6 * Math.max(a, b)) return ((learned[i] ?? 0) - (learned[j] ?? 0)) / gap;
  const middle = (a + b) / 2;
  const decayed = Math.exp(-rate * middle);
  return (rate * decayed + Math.expm1(-rate * middle) / middle) / middle;
}

/** Mean cross-entropy of logits, and its gradient with respect to them. */
function crossEntropyOf(logits: Matrix, y: Matrix): { loss: number; slope: Matrix } {
  const slope = new Matrix(logits.rows, logits.columns);
  let loss = 0;
  for (let row = 0; row < logits.rows; row++) {
    const values = logits.getRow(row);
    const top = Math.max(...values);
    const total = Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top;
    values.forEach((value, c) => {
      loss += (y.get(row, c) * (total - value)) / logits.rows;
      slope.set(row, c, (Math.exp(value - total) - y.get(row, c)) / logits.rows);
    });
  }
  return { loss, slope };
}

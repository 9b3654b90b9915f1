/**
 * What is left of the gradients of earlier steps: m ← μ · m + g / mean|g|, with the mean over each picture, so that
 * steps count alike however steep the loss is (MI-FGSM, Dong et al., CVPR 2018, equation 6, up to a factor).
 */
export class Momentum {
  readonly #share: number;
  readonly #pictures: number;
  #sum: Float32Array | null = null;

  /**
   * @param share μ, 0 to below 1
   * @param pictures how many the gradient holds, one after the other
   */
  constructor(share: number, pictures: number) {
    this.#share = share;
    this.#pictures = pictures;
  }

  /** @param gradient g [M, 3, frame, frame] @returns m of that shape; it is changed by the next call */
  follow(gradient: Float32Array): Float32Array {
    const sum = (this.#sum ??= new Float32Array(gradient.length));
    const each = gradient.length / this.#pictures;
    for (let first = 0; first < gradient.length; first += each) {
      let magnitude = 0;
      for (let i = first; i < first + each; i++) magnitude += Math.abs(gradient[i] ?? 0);
      // A picture without a gradient stays on its way.
      const scale = magnitude > 0 ? each / magnitude : 0;
      for (let i = first; i < first + each; i++) {
        sum[i] = this.#share * (sum[i] ?? 0) + scale * (gradient[i] ?? 0);
      }
    }
    return sum;
  }
}

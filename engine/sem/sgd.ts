/** Stochastic gradient descent with momentum and weight decay, as PyTorch's `SGD`: v ← μv + g + λw, w ← w − ηv. */
export class Sgd {
  readonly #velocity = new Map<string, Float32Array>();
  readonly #momentum: number;
  readonly #weightDecay: number;

  constructor(momentum: number, weightDecay: number) {
    this.#momentum = momentum;
    this.#weightDecay = weightDecay;
  }

  /** Changes `weight` in place. */
  update(name: string, weight: Float32Array, gradient: Float32Array, learningRate: number): void {
    let velocity = this.#velocity.get(name);
    if (!velocity) this.#velocity.set(name, (velocity = new Float32Array(weight.length)));
    for (let i = 0; i < weight.length; i++) {
      const w = weight[i] ?? 0;
      const v = this.#momentum * (velocity[i] ?? 0) + (gradient[i] ?? 0) + this.#weightDecay * w;
      velocity[i] = v;
      weight[i] = w - learningRate * v;
    }
  }

  /** Velocities by weight, for a checkpoint. */
  state(): Record<string, Float32Array> {
    return Object.fromEntries(this.#velocity);
  }

  restore(state: Record<string, Float32Array>): void {
    for (const [name, velocity] of Object.entries(state)) this.#velocity.set(name, velocity);
  }
}

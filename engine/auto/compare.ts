/**
 * How far a gradient may be from the reference's: ‖g − r‖₂ / ‖r‖₂ at most, and the cosine between them at least. Right
 * arithmetic of another order is at some 1e-6, and at up to some 1e-3 where it turns a rectifier whose input is all but
 * zero (4.5e-3 has been seen).
 */
export const GRADIENT_BOUNDS = { relativeError: 1e-2, cosine: 0.999 } as const;

/** How far a gradient is from the reference's. Both are NaN where one of them has a value that is no number. */
export interface Deviation {
  /** ‖g − r‖₂ / ‖r‖₂ */
  relativeError: number;
  cosine: number;
}

/** Compares two arrays of one length; of different lengths nothing is equal. */
export function deviationOf(gradient: Float32Array, reference: Float32Array): Deviation {
  if (gradient.length !== reference.length) return { relativeError: Infinity, cosine: 0 };
  let [difference, ownNorm, norm, product] = [0, 0, 0, 0];
  for (let i = 0; i < reference.length; i++) {
    const [g, r] = [gradient[i]!, reference[i]!];
    difference += (g - r) ** 2;
    ownNorm += g * g;
    norm += r * r;
    product += g * r;
  }
  if (norm === 0) return { relativeError: difference === 0 ? 0 : Infinity, cosine: difference === 0 ? 1 : 0 };
  return {
    relativeError: Math.sqrt(difference / norm),
    cosine: ownNorm === 0 ? 0 : product / Math.sqrt(ownNorm * norm),
  };
}

/** Whether a gradient is near enough to the reference's to be used: never where a value is no number. */
export function isRight({ relativeError, cosine }: Deviation): boolean {
  return relativeError <= GRADIENT_BOUNDS.relativeError && cosine >= GRADIENT_BOUNDS.cosine;
}

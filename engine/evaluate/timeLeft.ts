/**
 * Answers seconds left for how much of `total` is done, from the mean pace so far; null until something is done.
 * The clock starts at the call.
 */
export function timeLeft(total: number, now: () => number = () => performance.now()): (done: number) => number | null {
  const started = now();
  return (done) => (done > 0 ? (((now() - started) / 1000) * (total - done)) / done : null);
}

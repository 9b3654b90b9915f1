/** Two to ten round values, multiples of 10^−decimals, that the given ones lie between. */
export function niceTicks(values: readonly number[], decimals: number): number[] {
  const unit = 10 ** -decimals;
  const low = Math.floor(Math.min(...values) / unit) * unit;
  const span = Math.max(unit, Math.max(...values) - low);
  const step = Math.max(unit, Math.ceil(span / 8 / unit) * unit);
  const count = Math.floor(span / step) + 1;
  return Array.from({ length: count + 1 }, (_, i) => low + i * step);
}

/** Maps [first tick, last tick] to [from, to]. */
export function scale(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  return (value) => from + ((to - from) * (value - low)) / (high - low);
}

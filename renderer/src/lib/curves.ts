/** The geometry of the chart of learning curves. Pixels from the upper left. */

/** Where the curves are drawn. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The x of a round, of `rounds` in all: the first on the left edge, the last on the right one. */
export function xOf(round: number, rounds: number, { left, width }: Frame): number {
  return rounds <= 1 ? left + width : left + (width * (round - 1)) / (rounds - 1);
}

/** The y of a share from 0 to 1. */
export function yOf(share: number, { top, height }: Frame): number {
  return top + height * (1 - share);
}

/** A curve of shares, one a round, as the path of an SVG. */
export function pathOf(shares: readonly number[], frame: Frame): string {
  return shares
    .map((share, i) => {
      const [x, y] = [xOf(i + 1, shares.length, frame), yOf(share, frame)];
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

/** Rounds to write below the chart: the last one, and round steps up to shortly before it. */
export function ticksOf(rounds: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((one) => rounds / one <= 7) ?? 1000;
  const steps = Array.from({ length: Math.floor(rounds / step) }, (_, i) => (i + 1) * step);
  return [...steps.filter((tick) => rounds - tick >= step / 2), rounds];
}

/** Moves labels apart so that each is at least `gap` below the one before, and none below `bottom`; keeps their order. */
export function spreadOut(ys: readonly number[], gap: number, bottom: number): number[] {
  const order = ys.map((_, i) => i).toSorted((a, b) => (ys[a] ?? 0) - (ys[b] ?? 0));
  const placed = order.map((i) => ys[i] ?? 0);
  for (let i = 1; i < placed.length; i++) placed[i] = Math.max(placed[i] ?? 0, (placed[i - 1] ?? 0) + gap);
  for (let i = placed.length - 1, limit = bottom; i >= 0; i--, limit -= gap) {
    placed[i] = Math.min(placed[i] ?? 0, limit);
  }
  return ys.map((_, i) => placed[order.indexOf(i)] ?? 0);
}

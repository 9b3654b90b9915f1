/** The pace is that of the last minute: what was found done from an earlier start would make it look much too quick. */
const WINDOW_MS = 60_000;

/**
 * Answers seconds left for how much of `total` is done, from the pace lately; null until something is done.
 * The clock starts at the call.
 */
export function timeLeft(total: number, now: () => number = () => performance.now()): (done: number) => number | null {
  const points = [{ at: now(), done: 0 }];
  return (done) => {
    const at = now();
    points.push({ at, done });
    // The oldest that is kept was the last one before the window.
    while (points[1] !== undefined && points.length > 2 && points[1].at <= at - WINDOW_MS) points.shift();
    const [oldest] = points;
    if (oldest === undefined || done <= oldest.done) return null;
    return (((at - oldest.at) / 1000) * (total - done)) / (done - oldest.done);
  };
}

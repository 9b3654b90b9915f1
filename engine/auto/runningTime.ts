/** Milliseconds between two looks at the clock. */
const LOOK_MS = 1000;

/**
 * Calls `act` once this process has run for `ms`; answers what calls it off. Time in which it was stopped (Ctrl-Z, a closed
 * lid) does not count, as what is waited for did not run either: each look counts once, however late it comes.
 */
export function afterRunning(ms: number, act: () => void): () => void {
  const look = Math.min(LOOK_MS, ms);
  let left = Math.ceil(ms / look);
  const timer = setInterval(() => {
    if (--left > 0) return;
    clearInterval(timer);
    act();
  }, look);
  return () => clearInterval(timer);
}

/**
 * Works through `tasks` in their order, as many side by side as there are lanes. After an error no further task is
 * begun, and it is thrown when those under way have ended: none goes on in the background.
 * @param lanes what each needs for itself
 */
export async function inLanes<L, T>(
  lanes: readonly L[],
  tasks: readonly T[],
  work: (task: T, lane: L) => Promise<void>,
): Promise<void> {
  const waiting = tasks.values();
  let failed = false;
  const ended = await Promise.allSettled(
    lanes.map(async (lane) => {
      for (const task of waiting) {
        if (failed) return;
        try {
          await work(task, lane);
        } catch (thrown) {
          failed = true;
          throw thrown;
        }
      }
    }),
  );
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
}

/** Waits until `work` has ended, well or not, but no longer than `ms`. Answers whether it has. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: tooLong, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const isOver = (): boolean => true;
  return Promise.race([work.then(isOver, isOver), tooLong]).finally(() => clearTimeout(timer));
}

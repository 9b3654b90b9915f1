import { UserError } from '../../engine/errors.ts';

/** What a photo's work ends with when it is called off. */
export function calledOff(): UserError {
  return new UserError('cancelled', 'The photo was called off.', 'Start it again when you like.');
}

/** What `work` answers. @throws UserError 'cancelled' when it is called off first; the work is then nobody's */
export async function unlessCalledOff<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(calledOff());
  signal.addEventListener('abort', leave, { once: true });
  try {
    if (signal.aborted) leave();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

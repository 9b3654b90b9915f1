/** A trial in a process that the command line has forked: see `serveTrials`. */
import { serveTrials } from '../protect/index.ts';

serveTrials({
  send: (message) => process.send?.(message),
  onMessage: (listener) => process.on('message', listener),
});
// Ctrl-C is for the program: a trial that ends by it would be taken for one that failed.
process.on('SIGINT', () => undefined);
// Nobody waits for the outcome any more.
process.on('disconnect', () => process.exit());

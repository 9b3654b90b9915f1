/** A trial in a process that the command line has forked: see `serveTrials`. */
import { serveTrials } from '../protect/index.ts';

serveTrials({
  send: (message) => process.send?.(message),
  onMessage: (listener) => process.on('message', listener),
});
// Nobody waits for the outcome any more.
process.on('disconnect', () => process.exit());

/** A trial of one way of computing, in a process of its own: what hangs or crashes there harms nobody. */
import { serveTrials } from '../../engine/index.ts';
import { parentPort } from '../hosts/parentPort.ts';

serveTrials(parentPort());

/**
 * Runs a built host of the program in a plain Node process: gives it the `process.parentPort` that Electron's
 * utility processes have, then loads it. Usage: node hostShim.ts <path of the built host>.
 */
import { pathToFileURL } from 'node:url';

const script = process.argv[2];
if (script === undefined) throw new Error('Which host?');

Object.defineProperty(process, 'parentPort', {
  value: {
    postMessage: (message: unknown) => {
      // After the parent has died there is nobody to tell.
      if (process.connected) process.send?.(message);
    },
    on: (_event: 'message', listener: (event: { data: unknown }) => void) =>
      process.on('message', (data: unknown) => listener({ data })),
  },
});
// A utility process ends with its parent.
process.on('disconnect', () => process.exit());

await import(pathToFileURL(script).href);

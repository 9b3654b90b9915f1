/** The thread that a `PhotoThread` starts: libvips blocks whoever calls it, so nothing else is done here. */
import { parentPort } from 'node:worker_threads';
import { toFailure, UserError } from '../../errors.ts';
import { readCanvas } from '../canvas.ts';
import { closePhotoLibrary } from '../library.ts';
import { writeNoise } from '../noiseFile.ts';
import { renderCopy } from '../render.ts';
import type { CopyOrder, PhotoReply, PhotoRequest, WrittenCopy } from './messages.ts';

if (parentPort === null) throw new Error('this file is the thread of a PhotoThread');
const port = parentPort;

async function writeCopy({ source, noise, noisePath, render, copyStem }: CopyOrder): Promise<WrittenCopy> {
  const noiseFile = noisePath === null ? null : { path: noisePath, ...(await writeNoise(noisePath, noise)) };
  return { noiseFile, copy: await renderCopy(source, noise, render, copyStem) };
}

async function answer(request: Exclude<PhotoRequest, { kind: 'end' }>): Promise<PhotoReply> {
  const { id } = request;
  const started = performance.now();
  try {
    const output = await (request.kind === 'canvas'
      ? readCanvas(request.input.source, request.input.size)
      : writeCopy(request.input));
    return { id, output, seconds: (performance.now() - started) / 1000 };
  } catch (thrown) {
    // What nobody foresaw is for developers, too: its stack does not go any further.
    if (!(thrown instanceof UserError)) console.error(thrown);
    return { id, failure: toFailure(thrown, request.input.source) };
  }
}

let line: Promise<void> = Promise.resolve();

port.on('message', (request: PhotoRequest) => {
  line = line.then(async () => {
    if (request.kind !== 'end') {
      port.postMessage(await answer(request));
      return;
    }
    await closePhotoLibrary();
    port.close();
  });
});

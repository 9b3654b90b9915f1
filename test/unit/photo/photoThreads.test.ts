import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, PhotoThreads, readCanvas, renderCopy, writeNoise } from '../../../engine/photo/index.ts';
import type { RenderOptions } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { samplePhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

const size = { shortEdge: 64, longEdge: 128 };
const render: RenderOptions = {
  format: 'jpeg',
  quality: 92,
  longEdge: 300,
  colour: 'keep',
  metadata: { exif: 'keep', xmp: 'keep' },
};
const source = samplePhoto('cat');

describe('photos on threads of their own', () => {
  it('become the same canvas, noise file and copy as on the caller’s', async () => {
    const noise = makeNoise(64, 64, 8);
    const threads = new PhotoThreads(2);
    try {
      const [canvas, copy] = await Promise.all([
        threads.run('canvas', { source, size }),
        threads.run('copy', {
          source,
          noise,
          noisePath: join(folder, 'there.noise.png'),
          render,
          copyStem: join(folder, 'there'),
        }),
      ]);
      expect(canvas.output).toEqual(await readCanvas(source, size));
      expect(canvas.seconds).toBeGreaterThan(0);
      const here = await renderCopy(source, noise, render, join(folder, 'here'));
      expect(copy.output.copy.figures).toEqual(here.figures);
      expect(readFileSync(copy.output.copy.path)).toEqual(readFileSync(here.path));
      const { sha256 } = await writeNoise(join(folder, 'here.noise.png'), noise);
      expect(copy.output.noiseFile).toMatchObject({ path: join(folder, 'there.noise.png'), sha256 });
    } finally {
      await threads.end();
    }
  });

  it('fail in the same words, and the next one is done', async () => {
    const threads = new PhotoThreads(1);
    try {
      const vanished = join(folder, 'vanished.jpg');
      const failed = threads.run('canvas', { source: vanished, size });
      const next = threads.run('canvas', { source, size });
      await expect(failed).rejects.toMatchObject({ code: 'vanished', file: vanished });
      expect((await next).output.width).toBeGreaterThan(0);
    } finally {
      await threads.end();
    }
  });

  it('tell when a task takes its thread with it, and do those behind it on another', async () => {
    // Dies as libvips does when memory runs out, or gives back what it was given; ends when it is asked to.
    const file = join(folder, 'dying.mjs');
    const lines = [
      `import { parentPort } from 'node:worker_threads';`,
      `parentPort.on('message', ({ kind, id, input }) => {`,
      `  if (kind === 'end') parentPort.close();`,
      `  else if (input.source === 'deadly') throw new Error('out of memory');`,
      `  else parentPort.postMessage({ id, output: input.source, seconds: 0 });`,
      `});`,
    ];
    writeFileSync(file, lines.join('\n'));
    const threads = new PhotoThreads(1, pathToFileURL(file));
    const deadly = threads.run('canvas', { source: 'deadly', size });
    const behind = threads.run('canvas', { source, size });
    await expect(deadly).rejects.toMatchObject({ problem: expect.stringContaining('out of memory') as string });
    expect(await behind).toMatchObject({ output: source });
    await threads.end();
  });
});

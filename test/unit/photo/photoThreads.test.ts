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

  it('tell when their thread is lost, and start another', async () => {
    // Dies of its first task, as libvips does when memory runs out; ends when it is asked to.
    const file = join(folder, 'dying.mjs');
    const lines = [
      `import { parentPort } from 'node:worker_threads';`,
      `parentPort.on('message', ({ kind }) => { if (kind === 'end') parentPort.close(); else throw new Error('out of memory'); });`,
    ];
    writeFileSync(file, lines.join('\n'));
    const threads = new PhotoThreads(1, pathToFileURL(file));
    for (let time = 0; time < 2; time += 1) {
      const lost = threads.run('canvas', { source, size });
      await expect(lost).rejects.toMatchObject({ problem: expect.stringContaining('out of memory') as string });
    }
    await threads.end();
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { photoService } from '../../../../electron/library/photoService.ts';
import * as engine from '../../../../engine/index.ts';
import { temporaryFolder } from '../support/folders.ts';

const hooks = { onProgress: () => undefined, signal: new AbortController().signal };

test('noise that has gone or is damaged says what to do', async () => {
  const folder = temporaryFolder();
  const { noiseView } = photoService(engine);
  const noise = join(folder, 'noise.png');
  const view = async (): Promise<unknown> =>
    noiseView({ noise, rhoU: 8, amplification: 8, out: join(folder, 'view.png') }, hooks);
  await expect(view()).rejects.toThrow(/stored noise of this photo is gone/);
  writeFileSync(noise, 'no picture');
  await expect(view()).rejects.toThrow(/noise/);
});

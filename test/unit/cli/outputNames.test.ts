import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planOutputs } from '../../../engine/cli/outputNames.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

const photos = ['/album/a.jpg', '/album/a.png', '/album/A.tif', '/album/sub/a.jpg', '/album/no.dots.jpg'];

it('gives every photo a name of its own, sub-folders kept, capitals not told apart', () => {
  const { planned } = planOutputs('/album', '/out', photos, 'png', true);
  expect(planned.map(({ relativeStem }) => relativeStem)).toEqual(['a', 'a-2', 'A-3', join('sub', 'a'), 'no.dots']);
  expect(new Set(planned.map(({ stem }) => stem.toLowerCase())).size).toBe(photos.length);
});

it('passes over copies that are there, unless they are to be made again', async () => {
  const out = temporaryFolder();
  await mkdir(join(out, 'sub'));
  await writeFile(join(out, 'sub', 'a.png'), '');
  const again = planOutputs('/album', out, photos, 'png', false);
  expect(again.alreadyThere).toBe(1);
  expect(again.planned.map(({ source }) => source)).not.toContain('/album/sub/a.jpg');
  expect(planOutputs('/album', out, photos, 'png', true).planned).toHaveLength(5);
  expect(planOutputs('/album', out, photos, 'jpeg', false).alreadyThere).toBe(0);
});

import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertUnchanged, stampOf } from '../../../engine/files/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';

test('a file that was written to, or has gone, is not what it was', async () => {
  const path = join(temporaryFolder(), 'a.jpg');
  writeFileSync(path, 'a');
  const before = await stampOf(path);
  await expect(assertUnchanged(path, before)).resolves.toBeUndefined();
  appendFileSync(path, 'b');
  await expect(assertUnchanged(path, before)).rejects.toThrow('“a.jpg” was changed while it was being protected.');
  rmSync(path);
  await expect(assertUnchanged(path, before)).rejects.toThrow('“a.jpg” is no longer there.');
});

import { expect, it } from 'vitest';
import type { PhotoStatus } from '../../../electron/ipc/contract.ts';
import { toProtect } from '../../../renderer/src/lib/toProtect.ts';

/** What is protected of an album of these photos, by their places. */
function of(statuses: readonly PhotoStatus[], onlyNew: boolean): ReturnType<typeof toProtect> {
  return toProtect([...statuses.keys()], (id) => statuses[id], onlyNew);
}
const many = (count: number, status: PhotoStatus): PhotoStatus[] => Array.from({ length: count }, () => status);

it('what is protected again leaves out originals that are not found', () => {
  const statuses = [...many(8, 'protected'), ...many(2, 'missing')];
  for (const onlyNew of [true, false]) {
    expect(of(statuses, onlyNew)).toEqual({ photoIds: [0, 1, 2, 3, 4, 5, 6, 7], again: true });
  }
});

it('what a job does already is not asked for again', () => {
  const statuses = [...many(40, 'protected'), 'protecting' as const, ...many(59, 'waiting')];
  expect(of(statuses, true).photoIds).toHaveLength(40);
  expect(of(['waiting', 'protecting'], true)).toEqual({ photoIds: [], again: false });
});

it('of a whole album only what is not protected is done, of a selection all of it', () => {
  const statuses = ['protected', 'new', 'failed', 'stale', 'missing'] as const;
  expect(of(statuses, true)).toEqual({ photoIds: [1, 2, 3], again: false });
  expect(of(statuses, false)).toEqual({ photoIds: [0, 1, 2, 3], again: false });
});

import { expect, test } from 'vitest';
import { UserError } from '../../../engine/errors.ts';
import { fileFailure, renameFailure, writeFailure } from '../../../engine/files/index.ts';

test.each([
  ['ENOENT', 'vanished'],
  ['ENOTDIR', 'vanished'],
  ['EACCES', 'unreadable'],
  ['EPERM', 'unreadable'],
  ['ELOOP', 'unreadable'],
  ['EIO', 'unreadable'],
  ['ENAMETOOLONG', 'too-long-name'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'read-only'],
])('%s is told as %s, naming the file', (code, meaning) => {
  const explained = fileFailure('/photos/a b.jpg', Object.assign(new Error('system'), { code }));
  expect(explained).toBeInstanceOf(UserError);
  expect(explained).toMatchObject({ code: meaning, file: '/photos/a b.jpg' });
  expect(String(explained)).toContain('“a b.jpg”');
});

test('what is not the system’s stays as it is', () => {
  const bug = new TypeError('bug');
  expect(fileFailure('a', bug)).toBe(bug);
});

test.each([
  ['ENOSPC', 'disk-full'],
  ['EACCES', 'read-only'],
  ['ENOENT', 'vanished'],
  ['ENAMETOOLONG', 'too-long-name'],
  ['EISDIR', 'name-taken'],
  ['EEXIST', 'name-taken'],
  ['EBUSY', 'unwritable'],
  ['EINVAL', 'unwritable'],
  ['EIO', 'unwritable'],
])('%s while writing is told as %s, and is not about reading', (code, meaning) => {
  const explained = writeFailure('/copies/a.jpg', Object.assign(new Error('system'), { code }));
  expect(explained).toMatchObject({ code: meaning, file: '/copies/a.jpg' });
  expect(String(explained)).not.toMatch(/read from|may not be read|add it again/);
});

test('a name that may not be taken is about that name, not about its folder', () => {
  const explained = (code: string): unknown =>
    renameFailure('/copies/a.jpg', Object.assign(new Error('system'), { code }));
  for (const code of ['EACCES', 'EPERM', 'EBUSY']) expect(explained(code)).toMatchObject({ code: 'unwritable' });
  expect(explained('ENOSPC')).toMatchObject({ code: 'disk-full' });
  expect(explained('EISDIR')).toMatchObject({ code: 'name-taken' });
});

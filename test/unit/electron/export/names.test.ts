import { describe, expect, test } from 'vitest';
import { fillTemplate, isNumberedName, safeName, uniqueName } from '../../../../electron/export/names.ts';
import { nameKey } from '../../../../engine/files/index.ts';

const bytes = (text: string): number => Buffer.byteLength(text);

describe('a safe name', () => {
  test.each([
    ['sea', 'sea.jpg'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a_b_c_d_e_f_g_h_i_j.jpg'],
    ['tab\tnew\nline\u0000', 'tab_new_line_.jpg'],
    ['  space around  ', 'space around.jpg'],
    ['dots...', 'dots.jpg'],
    ['.hidden', 'hidden.jpg'],
    ['..', 'photo.jpg'],
    ['', 'photo.jpg'],
    ['CON', '_CON.jpg'],
    ['nul.tar', '_nul.tar.jpg'],
    ['com1', '_com1.jpg'],
    ['console', 'console.jpg'],
    ['🌊👨‍👩‍👧 sea', '🌊👨‍👩‍👧 sea.jpg'],
    ['תמונה', 'תמונה.jpg'],
    ['cafe\u0301', 'café.jpg'],
    ['half \ud83c pair', 'half \ufffd pair.jpg'],
    [`it's "quoted"`, `it's _quoted_.jpg`],
  ])('of %j is %j', (stem, name) => {
    expect(safeName(stem, '.jpg')).toBe(name);
  });

  test.each(['x', 'é', '🌊', '👨‍👩‍👧', 'ת'])(
    'of many %s has at most 255 bytes and ends between two characters',
    (character) => {
      const name = safeName(character.repeat(300), '.jpg');
      expect(bytes(name)).toBeLessThanOrEqual(255);
      expect(bytes(name)).toBeGreaterThan(255 - bytes(character) - 1);
      const stem = name.slice(0, -4);
      expect(stem).toBe(character.repeat(stem.length / character.length));
    },
  );
});

describe('the naming template', () => {
  const facts = { name: 'IMG_1', album: 'Sea', n: 7, total: 120, takenAt: '2026-05-04T03:02:01' };

  test('fills its words in', () => {
    expect(fillTemplate('{album} {n} {name} {date}', facts)).toBe('Sea 007 IMG_1 2026-05-04');
  });

  test('leaves what it does not know, and does not fill in twice', () => {
    expect(fillTemplate('{nme} {constructor} {name}', { ...facts, name: '{album}' })).toBe(
      '{nme} {constructor} {album}',
    );
  });

  test('names photos without a date', () => {
    expect(fillTemplate('{date}', { ...facts, takenAt: null })).toBe('undated');
  });
});

describe('a unique name', () => {
  test('is the first free one', () => {
    const taken = new Set(['a.jpg', 'a (2).jpg'].map(nameKey));
    expect(uniqueName('a', '.jpg', (name) => taken.has(nameKey(name)))).toBe('a (3).jpg');
    expect(uniqueName('b', '.jpg', (name) => taken.has(nameKey(name)))).toBe('b.jpg');
  });

  test('keeps its number when the name is too long', () => {
    const long = '🌊'.repeat(100);
    const first = uniqueName(long, '.jpg', () => false);
    const second = uniqueName(long, '.jpg', (name) => name === first);
    expect(second.endsWith(' (2).jpg')).toBe(true);
    expect(bytes(second)).toBeLessThanOrEqual(255);
  });
});

test('the names that a photo may have been given are known again', () => {
  for (const name of ['sea.jpg', 'sea (2).jpg', 'sea (31).jpg']) expect(isNumberedName(name, 'sea', '.jpg')).toBe(true);
  for (const name of ['sea.png', 'lake (2).jpg', 'sea (2) (2).jpg', 'sea (x).jpg', 'sea(2).jpg']) {
    expect(isNumberedName(name, 'sea', '.jpg')).toBe(false);
  }
});

test('names that one file system takes for the same have one key', () => {
  expect(nameKey('CAFÉ.JPG')).toBe(nameKey('cafe\u0301.jpg'));
});

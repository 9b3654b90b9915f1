import { describe, expect, it } from 'vitest';
import type { PhotoSummary } from '../../../electron/ipc/contract.ts';
import { psnrInWords, psnrNumber, ssimNumber } from '../../../renderer/src/lib/figures.ts';
import { baseName, bytes, dimensions, percent, plural, roughly, timeLeft } from '../../../renderer/src/lib/format.ts';
import { exportWarning } from '../../../renderer/src/lib/exportWords.ts';
import { exampleName, extensionOf, namingProblem, stemOf } from '../../../renderer/src/lib/naming.ts';
import { exportExtension, matchingPreset, PRESETS } from '../../../renderer/src/lib/presets.ts';
import { CAVEAT } from '../../../renderer/src/lib/protectionTest.ts';
import { deviation, perSecond } from '../../../renderer/src/lib/runtimes.ts';
import { sorted, type SortKey } from '../../../renderer/src/lib/sort.ts';
import { strengthLabel, STRENGTHS } from '../../../renderer/src/lib/strengths.ts';
import { originalUrl, thumbUrl } from '../../../renderer/src/lib/urls.ts';

describe('numbers in words', () => {
  it.each([
    [3, 'a few seconds'],
    [42, 'about 40 seconds'],
    [70, 'about a minute'],
    [600, 'about 10 minutes'],
    [3600, 'about 1 hour'],
    [2 * 3600 + 20 * 60, 'about 2 hours 20 minutes'],
    [3600 + 58 * 60, 'about 2 hours'],
    [40 * 3600, 'about 40 hours'],
  ])('%d s is %s', (seconds, words) => expect(roughly(seconds)).toBe(words));

  it('says when the time left is not known', () => {
    expect(timeLeft(null)).toBe('working out the time left');
    expect(timeLeft(120)).toBe('about 2 minutes left');
  });

  it('how right and how fast a way of computing is', () => {
    expect([0, 2.7e-6, 3e-8, 0.012, null].map(deviation)).toEqual(['none', '0.0003 %', 'below 0.0001 %', '1 %', '–']);
    expect([0.0725, 5.4, 0.0004, 38, null].map(perSecond)).toEqual(['14', '0.19', '2500', '0.026', '–']);
  });

  it('bytes, counts and sizes', () => {
    expect([bytes(1), bytes(999), bytes(1500), bytes(123_456_789), bytes(999_900)]).toEqual([
      '1 byte',
      '999 bytes',
      '1.5 kB',
      '123 MB',
      '1.0 MB',
    ]);
    expect([plural(1, 'photo'), plural(1234, 'photo')]).toEqual(['1 photo', '1,234 photos']);
    expect(dimensions(6000, 4000)).toBe('6,000 × 4,000, 24 MP');
    expect([percent(0, 0), percent(999, 1000), percent(7, 7)]).toEqual([0, 99, 100]);
    expect([baseName('/a/b c.jpg'), baseName('C:\\x\\y.png'), baseName('/a/b/')]).toEqual(['b c.jpg', 'y.png', 'b']);
  });

  it('figures', () => {
    expect([psnrNumber(null), psnrNumber(36.44), ssimNumber(0.9967), ssimNumber(0.95)]).toEqual([
      '∞ dB',
      '36.4 dB',
      '0.9967',
      '0.950',
    ]);
    const words = [null, 45, 38, 33, 28].map(psnrInWords);
    expect(new Set(words).size).toBe(words.length);
  });

  it('strengths', () => {
    expect([strengthLabel(8), strengthLabel(6)]).toEqual(['Standard (8/255)', 'Custom (6/255)']);
  });
});

describe('names of exports', () => {
  const parts = { name: 'IMG_1', album: 'Spring', n: 7, date: '2026-05-01', extension: 'jpg' };

  it('fill in the template', () => {
    expect(exampleName('{album}-{n}-{name}-{date}', parts)).toBe('Spring-7-IMG_1-2026-05-01.jpg');
    expect(exampleName('{name}', { ...parts, name: '{n}' })).toBe('{n}.jpg');
  });

  it('say what is wrong with a template', () => {
    expect(namingProblem('{name}')).toBeNull();
    expect(namingProblem('a {n} b')).toBeNull();
    expect(namingProblem('  ')).toMatch(/Type a name/);
    expect(namingProblem('{nmae}')).toMatch(/\{nmae\} is not known/);
    expect(namingProblem('{name}/x')).toMatch(/cannot hold/);
    expect(namingProblem('{album}')).toMatch(/one name/);
  });

  it('know stems and extensions', () => {
    expect([stemOf('a.b.JPG'), extensionOf('a.b.JPG'), stemOf('.hidden'), extensionOf('none')]).toEqual([
      'a.b',
      'jpg',
      '.hidden',
      '',
    ]);
    expect([exportExtension('same', 'heic'), exportExtension('same', 'png'), exportExtension('jpeg', 'png')]).toEqual([
      'jpg',
      'png',
      'jpg',
    ]);
  });
});

describe('what an export warns of', () => {
  it('is nothing when every copy is of the newest protection', () => {
    expect([exportWarning([]), exportWarning(['protected', 'protected'])]).toEqual(['', '']);
  });

  it('is earlier protections, and originals that no copy can be made of', () => {
    expect(exportWarning(['protected', 'waiting', 'protecting', 'failed'])).toBe(
      '3 of the photos still have an earlier protection, as a newer one is not done or has failed. The earlier one is written.', // prettier-ignore
    );
    expect(exportWarning(['failed'])).toMatch(/^1 of the photos still has an earlier protection/);
    expect(exportWarning(['stale', 'missing'])).toMatch(/^2 cannot be written: their originals/);
  });
});

describe('what is said of the protection', () => {
  it('is bounded by what was measured', () => {
    const means = (rhoU: number): string | undefined => STRENGTHS.find((choice) => choice.rhoU === rhoU)?.means;
    expect(means(16)).toMatch(/no more than Standard/);
    expect(means(4)).toMatch(/still learned much/);
    expect(CAVEAT).toMatch(/beside the generator/);
    expect(CAVEAT).not.toMatch(/README/);
  });
});

describe('presets', () => {
  it('are recognized, names and conflicts aside', () => {
    for (const named of PRESETS) {
      expect(matchingPreset({ ...named.preset, naming: '{n}', conflict: 'skip' })?.name).toBe(named.name);
    }
    expect(matchingPreset({ ...PRESETS[0]!.preset, quality: 50 })).toBeNull();
  });
});

describe('orders of an album', () => {
  const photo = (photoId: number, name: string, status: PhotoSummary['status']): PhotoSummary => ({
    photoId,
    name,
    width: 1,
    height: 1,
    version: '',
    status,
    protectionId: null,
  });
  const photos = [photo(1, 'img_10.jpg', 'protected'), photo(2, 'IMG_2.jpg', 'failed'), photo(3, 'a.jpg', 'protected')];

  const ids = (key: SortKey) => sorted(photos, key).map((each) => each.photoId);

  it('as added, by name as people count, by what needs attention', () => {
    expect(ids('added')).toEqual([1, 2, 3]);
    expect(ids('name')).toEqual([3, 2, 1]);
    expect(ids('status')).toEqual([2, 1, 3]);
  });
});

describe('addresses', () => {
  it('ask for few different sizes of thumbnails', () => {
    const photo = { photoId: 5, version: 'a1' };
    expect(thumbUrl(photo, 200)).toBe('photo://thumb/5?edge=256&v=a1');
    expect(thumbUrl(photo, 256)).toBe('photo://thumb/5?edge=256&v=a1');
    expect(thumbUrl(photo, 5000)).toBe('photo://thumb/5?edge=1024&v=a1');
  });

  it('are others when the content is another', () => {
    const [old, edited] = [
      { photoId: 5, version: 'a1' },
      { photoId: 5, version: 'b2' },
    ];
    expect(thumbUrl(old, 200)).not.toBe(thumbUrl(edited, 200));
    expect(originalUrl(old)).not.toBe(originalUrl(edited));
  });
});

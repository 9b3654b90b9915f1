import { expect, test } from 'vitest';
import { drawing, labels, line, lineColour, niceTicks, scale, text } from '../../../engine/chart/index.ts';

test('ticks are round, and what is to be shown lies between them', () => {
  expect(niceTicks([33.2, 39], 0)).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
  for (const [values, decimals] of [
    [[0, 2.3], 1],
    [[5], 0],
    [[-1, 1000], 0],
  ] as const) {
    // prettier-ignore
    const ticks = niceTicks(values, decimals);
    expect(ticks.length).toBeLessThan(11);
    expect(ticks[0]).toBeLessThanOrEqual(Math.min(...values));
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
    for (const tick of ticks) expect(tick).toBeCloseTo(Number(tick.toFixed(decimals)), 9);
  }
});

test('a scale takes the first tick to its beginning and the last to its end', () => {
  const y = scale([2, 3, 6], 300, 100);
  expect([2, 6, 4].map(y)).toEqual([300, 100, 200]);
});

test('a drawing holds its elements, escaped words, and colours for light and dark pages', () => {
  const points = [
    { x: 1, y: 2, label: 'K < 3', title: 'a & b' },
    { x: 3.04, y: 4, label: '', title: '' },
  ];
  const svg = drawing({ width: 10, height: 20, title: 'x > y' }, [
    line(points, lineColour(7)),
    ...labels(points),
    text(0, 0, '—', 'end'),
  ]);
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 10 20"[\s\S]*<\/svg>\n$/);
  expect(svg).toContain('<title>x &gt; y</title>');
  expect(svg).toContain('<polyline points="1.0,2.0 3.0,4.0"');
  expect(svg).toContain('>K &lt; 3</text>');
  expect(svg).toContain('<title>a &amp; b</title>');
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(lineColour(7)).toBe(lineColour(1));
});

test('labels stand clear of each other, and are left out where there is no place', () => {
  const at = (x: number, y: number, label: string) => ({ x, y, label, title: label });
  const crowd = Array.from({ length: 6 }, (_, n) => at(50 + n / 10, 50, `K ${n}`));
  const drawn = labels([...crowd, at(50, 50, ''), at(200, 50, 'far')]);
  const positions = drawn.map((each) => /x="([^"]*)" y="([^"]*)" text-anchor="(\w+)"/.exec(each)?.slice(1).join(' '));
  expect(positions).toEqual([
    '56.0 44.0 start',
    '56.1 64.0 start',
    '44.2 44.0 end',
    '44.3 64.0 end',
    '206.0 44.0 start',
  ]);
});

import { describe, expect, it } from 'vitest';
import { drawCurve } from '../../../engine/visibility/curve.ts';
import { photosTable, resultOf, settingsTable } from '../../../engine/visibility/table.ts';

const photo = { ssim: 0.97, maxAbs: 8, meanDeltaE: 1.2, p99DeltaE: 3, atLimit: 0.1, budget: 0.6, loss: 0.2 };
const setting = { rhoU: 8, masking: { floor: 0.2, busy: 8 } };
const photos = [
  { ...photo, name: 'a|b', psnr: 36 },
  { ...photo, name: 'flat', psnr: null, ssim: 1, maxAbs: 6, meanDeltaE: 0 },
];

describe('tables of visibility', () => {
  it('hold each photo and the mean, PSNR over those that differ', () => {
    const result = resultOf(setting, photos);
    expect(result.mean).toMatchObject({ psnr: 36, maxAbs: 8 });
    expect(result.mean?.ssim).toBeCloseTo(0.985, 12);
    expect(photosTable(result).split('\n').slice(2)).toEqual([
      '| a\\|b | 36.00 | 0.9700 | 1.20 | 3.00 | 8 | 10.0 % | 60.0 % |',
      '| flat | – | 1.0000 | 0.00 | 3.00 | 6 | 10.0 % | 60.0 % |',
      '| mean | 36.00 | 0.9850 | 0.60 | 3.00 | 8 | 10.0 % | 60.0 % |',
    ]);
  });

  it('hold the stranger where one was trained, and nothing where no photo could be measured', () => {
    const [none, trained] = [resultOf(setting, []), resultOf({ ...setting, masking: { floor: 1, busy: 8 } }, photos)];
    expect(
      settingsTable([none, { ...trained, stranger: 0.345 }])
        .split('\n')
        .slice(2),
    ).toEqual(['| 8/255, no mask | 36.00 | 0.9850 | 0.60 | 3.00 | 8 | 10.0 % | 60.0 % | 34.5 % |']);
    expect(settingsTable([trained])).not.toContain('stranger');
  });
});

describe('the curve', () => {
  const at = (
    rhoU: number,
    floor: number,
    psnr: number,
    stranger: number,
  ): Parameters<typeof drawCurve>[0][number] => ({
    rhoU,
    masking: { floor, busy: 8 },
    psnr,
    meanDeltaE: 40 - psnr,
    stranger,
  });

  it('has a line for each floor in both panels, lower for less accuracy and further right for more PSNR', () => {
    const drawing = drawCurve([at(8, 0.2, 36, 0.4), at(4, 0.2, 39, 0.5), at(8, 1, 33, 0.3)], {
      originals: 0.57,
      chance: 0.1,
    });
    const lines = [...drawing.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) =>
      points.split(' ').map((point) => point.split(',').map(Number)),
    );
    expect(lines.map((line) => line.length)).toEqual([2, 1, 2, 1]);
    const [[weak, strong] = [], [unmasked] = []] = lines;
    if (!weak || !strong || !unmasked) throw new Error('a point is missing');
    const [[weakX = 0, weakY = 0], [strongX = 0, strongY = 0], [unmaskedX = 0, unmaskedY = 0]] = [
      weak,
      strong,
      unmasked,
    ];
    expect(weakX).toBeGreaterThan(strongX);
    expect(strongX).toBeGreaterThan(unmaskedX);
    expect(weakY).toBeLessThan(strongY);
    expect(strongY).toBeLessThan(unmaskedY);
    expect(drawing.match(/trained on originals/g)).toHaveLength(2);
    expect(drawing).not.toContain('NaN');
  });

  it('can be drawn of a single point', () => {
    expect(drawCurve([at(8, 0.2, 36, 0.4)], { originals: null, chance: 0.1 })).not.toContain('NaN');
  });
});

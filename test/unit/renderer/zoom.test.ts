import { describe, expect, it } from 'vitest';
import {
  constrain,
  fit,
  fitScale,
  nextScale,
  refit,
  scaleLimits,
  showsTiles,
  snapped,
  zoomAbout,
  zoomLabel,
} from '../../../renderer/src/lib/zoom.ts';

const pane = { width: 1000, height: 600 };
const photo = { width: 6000, height: 4000 };

describe('zoom', () => {
  it('shows all of the photo, centred', () => {
    const shown = fit(pane, photo, 1);
    expect(shown.k).toBeCloseTo(0.15);
    expect(shown.y).toBeCloseTo(0);
    expect(shown.x).toBeCloseTo((1000 - 6000 * 0.15) / 2);
  });

  it('enlarges a small picture to at most 200 % of its pixels, whatever the screen', () => {
    expect(fitScale(pane, { width: 100, height: 100 }, 1)).toBe(2);
    expect(fitScale(pane, { width: 100, height: 100 }, 2)).toBe(1);
  });

  it('keeps the point under the pointer where it is', () => {
    const before = zoomAbout(fit(pane, photo, 1), 1, { x: 400, y: 300 }, pane, photo);
    const about = { x: 510, y: 290 };
    const after = zoomAbout(before, 3, about, pane, photo);
    const under = (transform: typeof before) => (about.x - transform.x) / transform.k;
    expect(under(after)).toBeCloseTo(under(before), 6);
    expect((about.y - after.y) / after.k).toBeCloseTo((about.y - before.y) / before.k, 6);
  });

  it('never shows an empty edge beside a photo larger than the pane', () => {
    expect(constrain({ k: 1, x: 500, y: 500 }, pane, photo)).toEqual({ k: 1, x: 0, y: 0 });
    expect(constrain({ k: 1, x: -9999, y: -9999 }, pane, photo)).toEqual({ k: 1, x: -5000, y: -3400 });
  });

  it('keeps the middle of the view when the pane changes its size', () => {
    const before = { k: 1, x: -2000, y: -1000 };
    const after = refit(before, pane, { width: 500, height: 600 }, photo);
    expect((250 - after.x) / after.k).toBeCloseTo((500 - before.x) / before.k, 6);
  });

  it('walks over round steps within its limits', () => {
    const limits = scaleLimits(pane, photo, 1);
    expect(limits).toEqual([0.15, 32]);
    expect(nextScale(0.15, 1, 1, limits)).toBe(0.25);
    expect(nextScale(1, 1, 1, limits)).toBe(1.5);
    expect(nextScale(1, -1, 1, limits)).toBe(0.667);
    expect(nextScale(32, 1, 1, limits)).toBe(32);
    expect(nextScale(0.15, -1, 1, limits)).toBe(0.15);
  });

  it('counts in device pixels: 100 % is one pixel to one pixel', () => {
    expect(zoomLabel(0.5, 2)).toBe('100 %');
    expect(zoomLabel(0.02, 1)).toBe('2.0 %');
    expect(showsTiles(1, 2)).toBe(true);
    expect(showsTiles(1.5, 1)).toBe(false);
  });

  it('puts the edge on a device pixel from 100 % on', () => {
    expect(snapped({ k: 1, x: -10.4, y: 3.6 }, 1)).toEqual({ k: 1, x: -10, y: 4 });
    expect(snapped({ k: 0.5, x: -10.3, y: 3.6 }, 2)).toEqual({ k: 0.5, x: -10.5, y: 3.5 });
    expect(snapped({ k: 0.3, x: 1.25, y: 1.25 }, 1)).toEqual({ k: 0.3, x: 1.25, y: 1.25 });
  });
});

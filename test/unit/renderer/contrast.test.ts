/** WCAG AA for the colours of both themes, computed from the style sheet itself. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(resolve('renderer/src/styles/tokens.css'), 'utf8');
const THEMES = ['light', 'dark'] as const;

/** An opaque colour of a theme as 0 to 255 for R, G and B. */
function colour(name: string, theme: (typeof THEMES)[number]): [number, number, number] {
  const pair = new RegExp(`--${name}: light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\)`).exec(css);
  const hex = pair?.[theme === 'light' ? 1 : 2];
  if (hex === undefined) throw new Error(`--${name} is no pair of opaque colours`);
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

/** Relative luminance, WCAG 2.2. */
function luminance(rgb: readonly number[]): number {
  const [red, green, blue] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: readonly number[], b: readonly number[]): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((one, other) => one - other);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each(THEMES)('the %s theme', (theme) => {
  const surfaces = ['canvas', 'panel', 'raised'];
  const texts = ['text', 'text-soft', 'text-faint', 'danger', 'warning', 'accent'];
  const pairs = surfaces.flatMap((surface) => texts.map((text) => [text, surface] as const));

  it.each(pairs)('%s can be read on %s', (text, surface) => {
    expect(contrast(colour(text, theme), colour(surface, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it('the primary button can be read, at rest and pointed at', () => {
    for (const fill of ['accent', 'accent-hover']) {
      expect(contrast(colour('accent-text', theme), colour(fill, theme))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(surfaces)('outlines and focus rings can be seen on %s', (surface) => {
    expect(contrast(colour('outline', theme), colour(surface, theme))).toBeGreaterThanOrEqual(3);
    expect(contrast(colour('accent', theme), colour(surface, theme))).toBeGreaterThanOrEqual(3);
  });

  it('greys are neutral, so that no tint sits beside a photo', () => {
    for (const grey of [...surfaces, 'text', 'text-soft', 'text-faint']) {
      expect(new Set(colour(grey, theme)).size, grey).toBe(1);
    }
  });
});

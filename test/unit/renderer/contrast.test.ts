/** WCAG AA for the colours of both themes, computed from the style sheet itself. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(resolve('renderer/src/styles/tokens.css'), 'utf8');
const THEMES = ['light', 'dark'] as const;

type Theme = (typeof THEMES)[number];
type Rgb = readonly number[];

/** A colour of a theme as 0 to 255 for R, G and B, and how much of what is below it shows not, 0 to 1. */
function token(name: string, theme: Theme): { rgb: Rgb; opacity: number } {
  const value = new RegExp(`--${name}: (.*);`).exec(css)?.[1] ?? '';
  const colours = value.match(/#[0-9a-f]{6}|rgb\([^)]*\)/g) ?? [];
  const text = colours[theme === 'light' ? 0 : colours.length - 1];
  if (text === undefined || colours.length > 2) throw new Error(`--${name} is no colour`);
  if (text.startsWith('#')) {
    const part = (at: number) => Number.parseInt(text.slice(at, at + 2), 16);
    return { rgb: [part(1), part(3), part(5)], opacity: 1 };
  }
  const numbers = (text.match(/[\d.]+/g) ?? []).map(Number);
  return { rgb: numbers.slice(0, 3), opacity: (numbers[3] ?? 100) / 100 };
}

/** An opaque colour of a theme. */
function colour(name: string, theme: Theme): Rgb {
  const { rgb, opacity } = token(name, theme);
  if (opacity !== 1) throw new Error(`--${name} is not opaque`);
  return rgb;
}

/** What is seen of these colours, one upon the other, on `ground`. */
function layered(ground: Rgb, names: readonly string[], theme: Theme): Rgb {
  return names
    .map((name) => token(name, theme))
    .reduce((below, { rgb, opacity }) => below.map((value, i) => value * (1 - opacity) + rgb[i]! * opacity), ground);
}

/** A property in a component's own style. */
type Style = readonly [file: string, selector: string, property: string];

/** The token that a style names, so that what is held here is what is drawn. */
function styled(...[file, selector, property]: Style): string {
  const source = readFileSync(resolve('renderer/src', file), 'utf8');
  const start = source.indexOf(`\n  ${selector} {`);
  const rule = start < 0 ? '' : source.slice(start, source.indexOf('}', start));
  const name = new RegExp(`\\n    ${property}: [^;]*var\\(--([a-z-]+)\\);`).exec(rule)?.[1];
  if (name === undefined) throw new Error(`${file}: ${selector} has no ${property} of ours`);
  return name;
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

const surfaces = ['canvas', 'panel', 'raised'];

/** What lies on something half transparent: what it is, the surface, what is on that, what is on both, the least contrast. */
type Drawn = readonly [what: string, surface: string, below: Style, above: Style, least: number];
const choices = 'views/settings/RuntimeChoices.svelte';
const processing = 'views/settings/Processing.svelte';
const sidebar = 'views/sidebar/Sidebar.svelte';
const bar = 'components/ProgressBar.svelte';
const segmented = 'components/Segmented.svelte';
const chosenRow: Style = [choices, '.chosen', 'background'];
const drawn: readonly Drawn[] = [
  ['fastest, in the chosen row,', 'canvas', chosenRow, [choices, '.fastest', 'color'], 4.5],
  ['what cannot be used, chosen,', 'canvas', chosenRow, [choices, '.chosen.unusable', 'color'], 4.5],
  [
    'how far the open queue is',
    'panel',
    [sidebar, '.entry[aria-current]', 'background'],
    [sidebar, '.entry[aria-current] .count', 'color'],
    4.5,
  ],
  ['a notice of the runtime', 'canvas', [processing, '.notice', 'background'], [processing, '.notice', 'color'], 4.5],
  ...surfaces.flatMap((surface): Drawn[] => [
    ['a job’s bar', surface, [bar, '.track', 'background'], [bar, '.bar', 'background'], 3],
    ['a held job’s bar', surface, [bar, '.track', 'background'], [bar, '.still', 'background'], 3],
    ['the chosen segment', surface, [segmented, '.segmented', 'background'], [segmented, '.chosen', 'box-shadow'], 3],
  ]),
];

describe.each(THEMES)('the %s theme', (theme) => {
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

  it.each(drawn)('%s can be seen on %s', (_what, surface, below, above, least) => {
    const ground = layered(colour(surface, theme), [styled(...below)], theme);
    expect(contrast(colour(styled(...above), theme), ground)).toBeGreaterThanOrEqual(least);
  });

  it.each([0, 128, 255])('what is written and drawn on a photo can be seen on grey %i', (grey) => {
    const scrim = layered(
      [grey, grey, grey],
      [styled('views/dialogs/PreviewPanel.svelte', '.failure', 'background')],
      theme,
    );
    expect(contrast(colour('on-scrim', theme), scrim)).toBeGreaterThanOrEqual(4.5);
    const [done, track] = [
      styled('views/dialogs/PreviewPanel.svelte', '.working', '--accent'),
      styled('views/dialogs/PreviewPanel.svelte', '.working', '--pressed'),
    ];
    for (const below of [scrim, layered(scrim, [track], theme)]) {
      expect(contrast(colour(done, theme), below)).toBeGreaterThanOrEqual(3);
    }
  });

  it('greys are neutral, so that no tint sits beside a photo', () => {
    for (const grey of [...surfaces, 'text', 'text-soft', 'text-faint']) {
      expect(new Set(colour(grey, theme)).size, grey).toBe(1);
    }
  });
});

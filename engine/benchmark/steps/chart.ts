import {
  drawing,
  frame,
  labels,
  legendEntry,
  line,
  lineColour,
  niceTicks,
  scale,
  text,
  type ChartPoint,
} from '../../chart/index.ts';
import type { StepsRow, StepsSection } from '../sections/steps.ts';
import { STEP_FAMILIES, variantName } from './variants.ts';

const PANEL = { width: 440, height: 340, left: 60, top: 40, gap: 80 } as const;

/** Legend: so many lines of it beside each other. */
const LEGEND_COLUMNS = 3;

const PANELS = [
  { title: 'loss in fresh views (less is stronger)', of: (row: StepsRow) => row.loss.mean, unit: 1, decimals: 1 },
  { title: 'read as the class, % of fresh views', of: (row: StepsRow) => row.accuracy.mean, unit: 100, decimals: 0 },
] as const;

/**
 * Strength over seconds as an SVG drawing: mean loss and the share of views that are read as the target class over the
 * median seconds for a photo's noise, a line for each family of variants.
 */
export function drawSteps({ title, figures }: Pick<StepsSection, 'title' | 'figures'>): string {
  const rows = new Map(figures.rows.map((row) => [row.name, row]));
  const labelled = new Set<string>();
  const families = STEP_FAMILIES.map(({ name, variants, label, joined }, n) => ({
    name,
    joined,
    colour: lineColour(n),
    points: variants.flatMap((variant) => {
      const row = rows.get(variantName(variant));
      if (!row) return [];
      // Where lines meet, the first one's label is enough.
      const words = labelled.has(row.name) ? '' : label(variant);
      labelled.add(row.name);
      return [{ row, label: words }];
    }),
  })).filter(({ points }) => points.length > 0);
  const shown = families.flatMap(({ points }) => points.map(({ row }) => row));
  const seconds = niceTicks([0, ...shown.map((row) => row.seconds.median)], 1);
  const bottom = PANEL.top + PANEL.height;
  const panels = PANELS.flatMap(({ title: words, of, unit, decimals }, i) => {
    const place = { ...PANEL, left: PANEL.left + i * (PANEL.width + PANEL.gap) };
    const { left } = place;
    const ticks = niceTicks(
      shown.map((row) => unit * of(row)),
      decimals,
    );
    const x = scale(seconds, left, left + PANEL.width);
    const y = scale(ticks, bottom, PANEL.top);
    const lines = families.map(({ points, colour, joined }) => ({
      colour,
      joined,
      placed: points.map(({ row, label }): ChartPoint => ({
        x: x(row.seconds.median),
        y: y(unit * of(row)),
        label,
        title: row.name,
      })),
    }));
    return [
      frame(place),
      text(left, PANEL.top - 10, words, 'start'),
      ...seconds.map((tick) => text(x(tick), bottom + 16, tick.toFixed(1), 'middle')),
      text(left + PANEL.width / 2, bottom + 36, 'seconds for a photo’s noise', 'middle'),
      ...ticks.map((tick) => text(left - 6, y(tick) + 4, tick.toFixed(decimals), 'end')),
      ...lines.flatMap(({ placed, colour, joined }) =>
        (joined ? [placed] : placed.map((point) => [point])).map((each) => line(each, colour)),
      ),
      ...labels(lines.flatMap(({ placed }) => placed)),
    ];
  });
  const legend = families.map(({ name, colour }, n) => {
    const column = (n % LEGEND_COLUMNS) * 320;
    return legendEntry(PANEL.left + column, bottom + 62 + 18 * Math.floor(n / LEGEND_COLUMNS), colour, name);
  });
  const width = PANEL.left + 2 * PANEL.width + PANEL.gap + 40;
  const height = bottom + 60 + 18 * Math.ceil(families.length / LEGEND_COLUMNS);
  return drawing({ width, height, title }, [...panels, ...legend]);
}

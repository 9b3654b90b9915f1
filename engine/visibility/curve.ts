import { settingName, type VisibilitySetting } from './setting.ts';

/** One setting: what it costs the eye and what it costs the stranger. */
export interface CurvePoint extends VisibilitySetting {
  /** Mean PSNR in dB. */
  psnr: number;
  /** Mean CIEDE2000 colour difference. */
  meanDeltaE: number;
  /** Accuracy of a stranger on clean photos, 0 to 1. */
  stranger: number;
}

/** Accuracies that the points lie between, 0 to 1. */
export interface CurveReferences {
  /** Of a stranger that was trained on the originals; null when that is not known. */
  originals: number | null;
  chance: number;
}

const PANEL = { width: 420, height: 300, left: 60, top: 40, gap: 80 } as const;

/** Colour-blind safe: Okabe and Ito, "Color Universal Design", 2008. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/**
 * Strength against visibility as an SVG drawing: the stranger's accuracy over mean PSNR and over mean ΔE00, a line
 * for each masking floor, lower is stronger; dashed lines for a stranger that learned from originals, and for guessing.
 */
export function drawCurve(points: readonly CurvePoint[], references: CurveReferences): string {
  const floors = [...new Set(points.map(({ masking }) => masking.floor))].sort((a, b) => a - b);
  const accuracies = points.map(({ stranger }) => stranger);
  const most = Math.max(...accuracies, references.originals ?? 0);
  const top = Math.min(1, Math.ceil(10 * most + 0.2) / 10);
  const width = PANEL.left + 2 * PANEL.width + PANEL.gap + 20;
  const height = PANEL.top + PANEL.height + 60 + 18 * Math.ceil(floors.length / 3);
  const colourOf = (floor: number): string => COLOURS[floors.indexOf(floor) % COLOURS.length] ?? 'black';
  const panels = [
    { title: 'mean PSNR, dB (more is less visible)', at: (point: CurvePoint) => point.psnr, decimals: 0 },
    { title: 'mean ΔE00 (less is less visible)', at: (point: CurvePoint) => point.meanDeltaE, decimals: 1 },
  ].map(({ title, at, decimals }, i) => {
    const left = PANEL.left + i * (PANEL.width + PANEL.gap);
    const ticks = niceTicks(points.map(at), decimals);
    const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
    const x = (value: number): number => left + (PANEL.width * (value - low)) / (high - low);
    const y = (accuracy: number): number => PANEL.top + PANEL.height * (1 - accuracy / top);
    return [
      rectangle(left, PANEL.top, PANEL.width, PANEL.height),
      ...ticks.map((tick) => text(x(tick), PANEL.top + PANEL.height + 16, tick.toFixed(decimals), 'middle')),
      text(left + PANEL.width / 2, PANEL.top + PANEL.height + 36, title, 'middle'),
      ...steps(top).map((accuracy) => text(left - 6, y(accuracy) + 4, `${Math.round(100 * accuracy)} %`, 'end')),
      dashed(left, y(references.chance), 'guessing'),
      ...(references.originals === null ? [] : [dashed(left, y(references.originals), 'trained on originals')]),
      ...floors.map((floor) => {
        const own = points
          .filter(({ masking }) => masking.floor === floor)
          .sort((a, b) => a.rhoU - b.rhoU)
          .map((point) => ({ point, x: x(at(point)), y: y(point.stranger) }));
        const line = own.map((each) => `${number(each.x)},${number(each.y)}`).join(' ');
        return [
          `<polyline points="${line}" fill="none" stroke="${colourOf(floor)}" stroke-width="1.5"/>`,
          ...own.map(
            (each) =>
              `<circle cx="${number(each.x)}" cy="${number(each.y)}" r="4" fill="${colourOf(floor)}"><title>${settingName(each.point)}</title></circle>` +
              text(each.x + 6, each.y - 6, String(each.point.rhoU), 'start'),
          ),
        ].join('');
      }),
    ].join('\n');
  });
  const legend = floors.map((floor, i) => {
    const [left, line] = [PANEL.left + (i % 3) * 200, PANEL.top + PANEL.height + 62 + 18 * Math.floor(i / 3)];
    const name = floor === 1 ? 'no mask' : `masking floor ${floor}`;
    return `<circle cx="${left}" cy="${line - 4}" r="4" fill="${colourOf(floor)}"/>${text(left + 10, line, name, 'start')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<title>Stranger’s accuracy against visibility</title>
<rect width="${width}" height="${height}" fill="white"/>
${text(PANEL.left, 22, 'Right on clean photos after training on protected copies; numbers at the points: ρ_u in 1/255', 'start')}
${panels.join('\n')}
${legend.join('\n')}
</svg>
`;
}

const number = (value: number): string => value.toFixed(1);

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" fill="#333">${words}</text>`;
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#888"/>`;
}

function dashed(left: number, y: number, words: string): string {
  const right = left + PANEL.width;
  return (
    `<line x1="${left}" y1="${number(y)}" x2="${right}" y2="${number(y)}" stroke="#888" stroke-dasharray="4 4"/>` +
    text(right - 4, y - 4, words, 'end')
  );
}

/** Accuracies for the axis, from 0 by tenths. */
function steps(top: number): number[] {
  return Array.from({ length: Math.round(10 * top) + 1 }, (_, i) => i / 10);
}

/** Five to nine round values that the given ones lie between. */
function niceTicks(values: readonly number[], decimals: number): number[] {
  const unit = 10 ** -decimals;
  const low = Math.floor(Math.min(...values) / unit) * unit;
  const span = Math.max(unit, Math.max(...values) - low);
  const step = Math.max(unit, Math.ceil(span / 8 / unit) * unit);
  const count = Math.floor(span / step) + 1;
  return Array.from({ length: count + 1 }, (_, i) => low + i * step);
}

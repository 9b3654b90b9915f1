/** Colour-blind safe: Okabe and Ito, "Color Universal Design", 2008. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

/** The colour of the n-th line of a chart, from 0 on; after six they come again. */
export const lineColour = (n: number): string => COLOURS[n % COLOURS.length] ?? 'black';

/** One point of a line, in user units of the drawing. */
export interface ChartPoint {
  x: number;
  y: number;
  /** Written beside it; '' for nothing. */
  label: string;
  /** Shown when the pointer is on it. */
  title: string;
}

/** Where a panel of a chart lies, in user units of the drawing. */
export interface PanelPlace {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Goes before the attributes fill and stroke, which are for viewers without style sheets. */
const STYLE = `<style>
.page { fill: white } text { fill: #333 }
@media (prefers-color-scheme: dark) { .page { fill: #1b1b1b } text { fill: #ddd } }
</style>`;

/** A whole SVG file, readable on light and dark pages: its elements over a plain ground, with a line of words on top. */
export function drawing(
  { width, height, title }: { width: number; height: number; title: string },
  elements: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
${STYLE}
<rect class="page" fill="white" width="${width}" height="${height}"/>
${elements.join('\n')}
</svg>
`;
}

/** Words with their baseline at `y`. */
export function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" fill="#333">${escaped(words)}</text>`;
}

/** The frame of a panel. */
export function frame({ left, top, width, height }: PanelPlace): string {
  return `<rect class="rule" fill="none" stroke="#888" x="${number(left)}" y="${number(top)}" width="${number(width)}" height="${number(height)}"/>`;
}

/** A dashed level across a panel, with words at its right end. */
export function level({ left, width }: PanelPlace, y: number, words: string): string {
  const right = left + width;
  return (
    `<line class="rule" stroke="#888" x1="${number(left)}" y1="${number(y)}" x2="${number(right)}" y2="${number(y)}" stroke-dasharray="4 4"/>` +
    text(right - 4, y - 4, words, 'end')
  );
}

/** A line through its points in their order, each with a dot and a title; their labels are drawn by {@link labels}. */
export function line(points: readonly ChartPoint[], colour: string): string {
  const way = points.map(({ x, y }) => `${number(x)},${number(y)}`).join(' ');
  const dots = points.map(
    ({ x, y, title }) =>
      `<circle cx="${number(x)}" cy="${number(y)}" r="4" fill="${colour}"><title>${escaped(title)}</title></circle>`,
  );
  return `<polyline points="${way}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join('')}`;
}

/** Where a label may stand beside its point, the best place first. */
const PLACES = [
  { dx: 6, dy: -6, anchor: 'start' },
  { dx: 6, dy: 14, anchor: 'start' },
  { dx: -6, dy: -6, anchor: 'end' },
  { dx: -6, dy: 14, anchor: 'end' },
] as const;

/** Of the drawing's letters, about. */
const LETTER = { width: 7, height: 11 } as const;

/** The labels of all points of a panel, none over another; one that finds no place is left to its dot's title. */
export function labels(points: readonly ChartPoint[]): string[] {
  const taken: { left: number; right: number; bottom: number }[] = [];
  return points.flatMap(({ x, y, label }) => {
    if (label === '') return [];
    const width = LETTER.width * label.length;
    for (const { dx, dy, anchor } of PLACES) {
      const left = x + dx - (anchor === 'end' ? width : 0);
      const box = { left, right: left + width, bottom: y + dy };
      const meets = (other: typeof box): boolean =>
        box.left < other.right && other.left < box.right && Math.abs(box.bottom - other.bottom) < LETTER.height;
      if (taken.some(meets)) continue;
      taken.push(box);
      return [text(x + dx, box.bottom, label, anchor)];
    }
    return [];
  });
}

/** A dot of a line's colour with the line's name. */
export function legendEntry(x: number, y: number, colour: string, name: string): string {
  return `<circle cx="${number(x)}" cy="${number(y - 4)}" r="4" fill="${colour}"/>${text(x + 10, y, name, 'start')}`;
}

const number = (value: number): string => value.toFixed(1);

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

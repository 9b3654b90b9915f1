import {
  drawing,
  frame,
  labels,
  legendEntry,
  level,
  line,
  lineColour,
  niceTicks,
  scale,
  text,
} from '../chart/index.ts';
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
  const panels = [
    { title: 'mean PSNR, dB (more is less visible)', at: (point: CurvePoint) => point.psnr, decimals: 0 },
    { title: 'mean ΔE00 (less is less visible)', at: (point: CurvePoint) => point.meanDeltaE, decimals: 1 },
  ].flatMap(({ title, at, decimals }, i) => {
    const place = { ...PANEL, left: PANEL.left + i * (PANEL.width + PANEL.gap) };
    const { left } = place;
    const bottom = PANEL.top + PANEL.height;
    const ticks = niceTicks(points.map(at), decimals);
    const x = scale(ticks, left, left + PANEL.width);
    const y = scale([0, top], bottom, PANEL.top);
    const lines = floors.map((floor) =>
      points
        .filter(({ masking }) => masking.floor === floor)
        .sort((a, b) => a.rhoU - b.rhoU)
        .map((point) => ({
          x: x(at(point)),
          y: y(point.stranger),
          label: String(point.rhoU),
          title: settingName(point),
        })),
    );
    return [
      frame(place),
      ...ticks.map((tick) => text(x(tick), bottom + 16, tick.toFixed(decimals), 'middle')),
      text(left + PANEL.width / 2, bottom + 36, title, 'middle'),
      ...tenths(top).map((accuracy) => text(left - 6, y(accuracy) + 4, `${Math.round(100 * accuracy)} %`, 'end')),
      level(place, y(references.chance), 'guessing'),
      ...(references.originals === null ? [] : [level(place, y(references.originals), 'trained on originals')]),
      ...lines.map((own, n) => line(own, lineColour(n))),
      ...labels(lines.flat()),
    ];
  });
  const legend = floors.map((floor, i) => {
    const [left, below] = [PANEL.left + (i % 3) * 200, PANEL.top + PANEL.height + 62 + 18 * Math.floor(i / 3)];
    return legendEntry(left, below, lineColour(i), floor === 1 ? 'no mask' : `masking floor ${floor}`);
  });
  const words = 'Right on clean photos after training on protected copies; numbers at the points: ρ_u in 1/255';
  return drawing({ width, height, title: 'Stranger’s accuracy against visibility' }, [
    text(PANEL.left, 22, words, 'start'),
    ...panels,
    ...legend,
  ]);
}

/** Accuracies for the axis, from 0 by tenths. */
function tenths(top: number): number[] {
  return Array.from({ length: Math.round(10 * top) + 1 }, (_, i) => i / 10);
}

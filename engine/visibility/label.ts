import font from 'oled-font-5x7';
import type { Rgb } from '../photo/index.ts';

/** Height of a line of text in pixels, with the space below it. */
export const LINE_HEIGHT = 12;

/** Pixels from one letter to the next. */
const ADVANCE = font.width + 1;

/** Writes one line of text at (left, top), light on what is there; what the font does not have becomes “?”. */
export function writeLabel(picture: Rgb, text: string, left: number, top: number): void {
  Array.from(text).forEach((letter, place) => {
    const found = font.lookup.indexOf(letter);
    const glyph = found === -1 ? font.lookup.indexOf('?') : found;
    for (let column = 0; column < font.width; column++) {
      const bits = font.fontData[glyph * font.width + column] ?? 0;
      for (let row = 0; row < font.height; row++) {
        if ((bits >> row) & 1) setPixel(picture, left + place * ADVANCE + column, top + row);
      }
    }
  });
}

function setPixel({ samples, width, height }: Rgb, x: number, y: number): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return;
  samples.fill(230, 3 * (y * width + x), 3 * (y * width + x) + 3);
}

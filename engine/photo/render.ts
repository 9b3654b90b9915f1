import { statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { writeAtomically } from './atomic-write.ts';
import { onWhite, splitAlpha, to8Bit, toSrgb } from './colour.ts';
import { copyBitDepth, encode, extensionOf, isLossless } from './encode.ts';
import { nameOf, photoError, writeFailure } from './failure.ts';
import { FigureMeter } from './figures.ts';
import type { Own } from './handles.ts';
import { withInput } from './input.ts';
import type { InputFile } from './input.ts';
import { photoLibrary } from './library.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { MAX_HELD_BYTES, MAX_SIDE } from './limits.ts';
import { applyMetadataPolicy } from './metadata.ts';
import { addNoise, noisePlane, unitsPer255 } from './noise-plane.ts';
import { decoding, openPixels, readHeader } from './open.ts';
import type { PhotoHeader } from './open.ts';
import { swapsSides, toUpright } from './orientation.ts';
import type { Orientation } from './orientation.ts';
import { resample, shrinkFor } from './resample.ts';
import type { CopyFormat, Figures, NoiseCanvas, RenderedCopy, RenderOptions } from './types.ts';

/** About how many bytes of both pictures are looked at in one go when the figures are measured. */
const STRIP_BYTES = 8 * 1024 * 1024;

/** The copy that is to be made of a photo. */
interface Plan {
  format: CopyFormat;
  width: number;
  height: number;
  /** What the pixels still need to be turned by for a viewer: that of the file, or 1 when we turn them ourselves. */
  orientation: Orientation;
  turn: Orientation;
  bitDepth: 8 | 16;
  flatten: boolean;
}

/**
 * Makes the protected copy of a photo: photo + noise, at full size or with a long edge of `options.longEdge`, written
 * whole or not at all to `outStem` + the format's extension (a file of that name is replaced).
 *
 * The samples keep their values but for the noise: what the copy does not need (an ICC transform, a change of size or
 * depth) is not done. Memory is bounded: a large photo passes through in strips, decoded once for the figures and
 * once for the file; then decoding is part of the other two times.
 *
 * @param noise upright, at any canvas size.
 * @throws UserError when the photo cannot be read, the copy cannot be written, or max |p − x| exceeds ρ_u (then no
 * file is left).
 */
export async function renderCopy(
  sourcePath: string,
  noise: NoiseCanvas,
  options: RenderOptions,
  outStem: string,
): Promise<RenderedCopy> {
  const vips = await photoLibrary();
  return withInput(sourcePath, (input, own) => {
    const clock = stopwatch();
    const photo = readHeader(vips, input);
    const plan = planCopy(input, photo, options);
    const path = `${outStem}.${extensionOf[plan.format]}`;
    refuseOriginal(input, path);

    const held = holdPixels(vips, input, own, photo, plan, options);
    const decode = clock();

    const plane = noisePlane(vips, own, noise, plan.orientation, plan.width, plan.height, plan.bitDepth);
    const pictures = (): Pictures => {
      const original = held ?? preparePixels(vips, input, own, photo, plan, options);
      const { colour, alpha } = splitAlpha(own, original, original.hasAlpha());
      return { original: colour, changed: addNoise(own, colour, alpha, plane), alpha };
    };
    const figures = decoding(input, () => measure(pictures(), plan, own));
    if (figures.maxAbs > noise.rhoU) {
      throw photoError(
        'budget-exceeded',
        sourcePath,
        `The noise for ${nameOf(sourcePath)} would be stronger than was asked for (${figures.maxAbs} instead of ${noise.rhoU}).`,
        'Protect the photo again.',
      );
    }
    const render = clock();

    const bytes = writeAtomically(path, (output) => {
      const { changed, alpha } = pictures();
      const whole = alpha
        ? own(own(changed.bandjoin(alpha)).copy({ interpretation: changed.interpretation }))
        : changed;
      const copy = applyMetadataPolicy(own, whole, options.metadata);
      copy.setInt('orientation', plan.orientation);
      const target = output.target(vips, own);
      decoding(input, () => encode(copy, target, plan.format, options.quality));
      return output.size();
    });
    return {
      path,
      format: plan.format,
      lossless: isLossless(plan.format, options.quality, plan.bitDepth),
      width: plan.width,
      height: plan.height,
      bytes,
      figures,
      seconds: { decode, render, encode: clock() },
    };
  });
}

interface Pictures {
  /** Colour channels only. */
  original: VipsImage;
  changed: VipsImage;
  alpha: VipsImage | null;
}

/** Seconds since the last call. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}

function planCopy(input: InputFile, photo: PhotoHeader, options: RenderOptions): Plan {
  const format = options.format === 'same' ? input.format : options.format;
  const scale = options.longEdge === null ? 1 : Math.min(1, options.longEdge / Math.max(photo.width, photo.height));
  // JPEG, TIFF and AVIF have a tag that every viewer obeys; for others the pixels are turned, unless the original
  // relied on the same tag.
  const keepsTag = format === input.format || format === 'jpeg' || format === 'tiff' || format === 'avif';
  const turn = keepsTag ? 1 : photo.orientation;
  const sides = {
    width: Math.max(1, Math.round(photo.width * scale)),
    height: Math.max(1, Math.round(photo.height * scale)),
  };
  const { width, height } = swapsSides(turn) ? { width: sides.height, height: sides.width } : sides;
  if (Math.max(width, height) > MAX_SIDE[format]) {
    throw photoError(
      'too-large',
      input.path,
      `${nameOf(input.path)} is too large for this format, which ends at ${MAX_SIDE[format]} pixels a side.`,
      'Choose another format or a shorter long edge.',
    );
  }
  return {
    format,
    width,
    height,
    orientation: keepsTag ? photo.orientation : 1,
    turn,
    bitDepth: copyBitDepth(format, photo.bitDepth),
    flatten: photo.hasAlpha && format === 'jpeg',
  };
}

/** An original must never be replaced by its own copy, under whatever name it goes. */
function refuseOriginal(input: InputFile, path: string): void {
  const stat = statOf(path);
  if (stat && `${stat.dev}:${stat.ino}` === input.identity) {
    throw photoError(
      'name-taken',
      path,
      `The copy of ${nameOf(input.path)} would replace the original.`,
      'Choose another folder or another name for the copies.',
    );
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (thrown) {
    throw writeFailure(path, thrown);
  }
}

/** The original's pixels as the copy will have them, but without noise: a fresh pass from top to bottom. */
function preparePixels(
  vips: PhotoLibrary,
  input: InputFile,
  own: Own,
  photo: PhotoHeader,
  plan: Plan,
  options: RenderOptions,
): VipsImage {
  const size = swapsSides(plan.turn) ? { width: plan.height, height: plan.width } : plan;
  const stored = openPixels(vips, input, own, shrinkFor(photo, size.width, size.height));
  const scaled = resample(own, stored, photo.hasAlpha, size.width, size.height);
  const converted =
    options.colour === 'srgb' || photo.colour === 'cmyk' ? toSrgb(own, scaled, photo, plan.bitDepth) : scaled;
  const deep = plan.bitDepth === 8 ? to8Bit(own, converted) : converted;
  return plan.flatten ? onWhite(own, deep, true) : deep;
}

/** The same, held in memory when it is small enough or has to be turned; else null. */
function holdPixels(
  vips: PhotoLibrary,
  input: InputFile,
  own: Own,
  photo: PhotoHeader,
  plan: Plan,
  options: RenderOptions,
): VipsImage | null {
  return decoding(input, () => {
    const image = preparePixels(vips, input, own, photo, plan, options);
    const bytes = image.width * image.height * image.bands * (plan.bitDepth / 8);
    if (bytes > MAX_HELD_BYTES && plan.turn === 1) return null;
    const held = own(image.copyMemory());
    input.check();
    return toUpright(own, held, plan.turn);
  });
}

/** Pulls both pictures in strips, once, and compares them. */
function measure(pictures: Pictures, plan: Plan, own: Own): Figures {
  const { original, changed } = pictures;
  const bands = original.bands === 1 ? 1 : 3;
  const meter = new FigureMeter(plan.width, plan.height, bands, unitsPer255(plan.bitDepth));
  const pairs = own(original.bandjoin(changed));
  const rows = Math.max(1, Math.floor(STRIP_BYTES / (plan.width * bands * 2 * (plan.bitDepth / 8))));
  for (let top = 0; top < plan.height; top += rows) {
    const strip = pairs.crop(0, top, plan.width, Math.min(rows, plan.height - top));
    try {
      const samples = strip.writeToMemory();
      if (!(samples instanceof Uint8Array || samples instanceof Uint16Array)) throw new TypeError('not a picture');
      meter.push(samples);
    } finally {
      strip.delete();
    }
  }
  return meter.finish();
}

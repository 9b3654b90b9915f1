import { writeAtomically } from './atomicWrite.ts';
import { holdOriginal, picturesOf, planeOf } from './copyPixels.ts';
import type { Pictures } from './copyPixels.ts';
import { planCopy, refuseOriginal } from './copyPlan.ts';
import type { CopyPlan } from './copyPlan.ts';
import { encode, extensionOf, isLossless } from './encode.ts';
import { nameOf, photoError } from '../files/index.ts';
import { FigureMeter } from './figures.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import { withInput } from './input.ts';
import { photoLibrary } from './library.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { applyMetadataPolicy, attachExif, exifToAdd } from './metadata.ts';
import { unitsPer255 } from './noisePlane.ts';
import { decoding, readHeader } from './open.ts';
import { RowCollector } from './rowCollector.ts';
import { addExifToTiff } from './tiffExif.ts';
import type { Figures, NoiseCanvas, RenderedCopy, RenderOptions } from './types.ts';

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
    const held = holdOriginal(vips, input, own, photo, plan);
    const decode = clock();

    const plane = planeOf(vips, own, noise, photo, plan, held);
    const pictures = (ownHere: Own): Pictures => picturesOf(vips, input, ownHere, photo, plan, held, plane);
    const figures = decoding(input, () => withHandles((ownHere) => measure(vips, ownHere, pictures(ownHere), plan)));
    if (figures.maxAbs > noise.rhoU) {
      throw photoError(
        'budget-exceeded',
        sourcePath,
        `The noise for ${nameOf(sourcePath)} would be stronger than was asked for (${figures.maxAbs} instead of ${noise.rhoU}).`,
        'Protect the photo again.',
      );
    }
    const render = clock();

    const bytes = writeAtomically(path, (output, ownHere) => {
      const both = pictures(ownHere);
      const copy = withMetadata(ownHere, both, plan, options);
      const exif = exifToAdd(input, both.original, plan.format, options.metadata);
      if (exif && plan.format !== 'tiff') attachExif(vips, copy, exif);
      const target = output.target(vips, ownHere);
      decoding(input, () => {
        encode(copy, target, plan.format, options.quality);
      });
      if (exif && plan.format === 'tiff') addExifToTiff(output, exif);
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

/**
 * Pulls both pictures once, from top to bottom, and compares them row by row. One evaluation: libvips forgets a
 * file's last rows between two, and could not go on where it was.
 */
function measure(vips: PhotoLibrary, own: Own, { original, changed }: Pictures, plan: CopyPlan): Figures {
  const bands = original.bands === 1 ? 1 : 3;
  const meter = new FigureMeter(plan.width, plan.height, bands, unitsPer255(plan.bitDepth));
  const rows = new RowCollector(plan.width * bands * 2 * (plan.bitDepth / 8), (row) => {
    meter.push(plan.bitDepth === 8 ? row : new Uint16Array(row.buffer, row.byteOffset, row.byteLength / 2));
  });
  const target = own(new vips.TargetCustom());
  target.onWrite = (bytes) => {
    rows.push(bytes);
    return bytes.length;
  };
  own(original.bandjoin(changed)).rawsaveTarget(target);
  return meter.finish();
}

/** The changed picture, whole again, with the metadata of its file. */
function withMetadata(own: Own, { changed, alpha }: Pictures, plan: CopyPlan, options: RenderOptions): VipsImage {
  const whole = alpha ? own(own(changed.bandjoin(alpha)).copy({ interpretation: changed.interpretation })) : changed;
  const copy = applyMetadataPolicy(own, whole, options.metadata);
  copy.setInt('orientation', plan.orientation);
  return copy;
}

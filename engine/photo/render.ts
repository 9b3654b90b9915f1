import { writeAtomically } from './atomicWrite.ts';
import { holdOriginal, passOf, picturesOf } from './copyPixels.ts';
import type { Pass, Pictures } from './copyPixels.ts';
import { planCopy, refuseOriginal } from './copyPlan.ts';
import type { CopyPlan } from './copyPlan.ts';
import { encode, extensionOf, isLossless } from './encode.ts';
import { exifBlock } from './exifBlock.ts';
import { attachExif } from './exifCarrier.ts';
import { fillExifRoom, reserveExif } from './exifRoom.ts';
import { nameOf, photoError } from '../files/index.ts';
import { finishTiff } from './finishTiff.ts';
import { FigureMeter } from './figures.ts';
import type { Samples } from './figures.ts';
import { withHandles } from './handles.ts';
import type { Own } from './handles.ts';
import { withInput } from './input.ts';
import { photoshopBlock } from './iptc.ts';
import { photoLibrary } from './library.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { applyMetadataPolicy, exifToKeep, iptcToKeep } from './metadata.ts';
import { unitsPer255 } from './noiseRows.ts';
import type { NoiseRows } from './noiseRows.ts';
import { NoisyRows } from './noisyRows.ts';
import { decoding, readHeader } from './open.ts';
import { colourChunks, PNG_HEADER_BYTES } from './pngChunks.ts';
import { pullRows } from './pullRows.ts';
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

    const pass = (ownHere: Own): Pass => passOf(vips, input, ownHere, photo, plan, held, noise);
    const figures = decoding(input, () =>
      withHandles((ownHere) => {
        const { original, rows } = pass(ownHere);
        return held ? addNoiseTo(vips, held, rows, plan) : measure(vips, ownHere, original, rows, plan);
      }),
    );
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
      const changed = held ?? whole(ownHere, picturesOf(vips, ownHere, plan, pass(ownHere)));
      const exif = exifToKeep(input, changed, options.metadata);
      const iptc = iptcToKeep(input, changed, options.metadata);
      const copy = withMetadata(ownHere, changed, plan, options);
      if (exif && input.format === 'tiff') attachExif(copy, exifBlock(exif));
      const room = exif && plan.format !== 'tiff' ? reserveExif(vips, copy, exif) : null;
      // PNG, WebP and AVIF have no place for IPTC.
      if (iptc && plan.format === 'jpeg') copy.setBlob('iptc-data', photoshopBlock(iptc));
      const colours = plan.format === 'png' && input.format === 'png' ? colourChunks(input.readAt) : null;
      const target = output.target(vips, ownHere, colours ? { at: PNG_HEADER_BYTES, bytes: colours } : undefined);
      decoding(input, () => {
        encode(copy, target, plan.format, options.quality);
      });
      if (plan.format === 'tiff') finishTiff(output, { exif, iptc, otherChannel: plan.extra === 'other' });
      if (room) fillExifRoom(output, room);
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

/** About how many bytes of a held picture are looked at together. */
const STRIP_BYTES = 1 << 20;

/** Adds the noise to a picture in memory, which then is the copy, and measures what that changed. */
function addNoiseTo(vips: PhotoLibrary, held: VipsImage, rows: NoiseRows, plan: CopyPlan): Figures {
  const { width, height, bands } = held;
  const format = plan.bitDepth === 8 ? vips.BandFormat.uchar : vips.BandFormat.ushort;
  const meter = meterOf(rows, bands, plan);
  const noisy = new NoisyRows(rows, meter, bands, plan.extra === 'alpha');
  const stripHeight = Math.ceil(STRIP_BYTES / (width * bands * (plan.bitDepth / 8)));
  for (let top = 0; top < height; top += stripHeight) {
    const rowsHere = Math.min(stripHeight, height - top);
    withHandles((own) => {
      const samples = samplesOf(own(held.crop(0, top, width, rowsHere)).writeToMemory(), plan);
      noisy.push(samples);
      held.drawImage(own(vips.Image.newFromMemory(samples, width, rowsHere, bands, format)), 0, top);
    });
  }
  return meter.finish();
}

/** Pulls the original once, from top to bottom, and measures what the noise will change in it. */
function measure(vips: PhotoLibrary, own: Own, original: VipsImage, rows: NoiseRows, plan: CopyPlan): Figures {
  const { bands } = original;
  const meter = meterOf(rows, bands, plan);
  const noisy = new NoisyRows(rows, meter, bands, plan.extra === 'alpha');
  pullRows(vips, own, original, plan.width * bands * (plan.bitDepth / 8), (row) => {
    noisy.push(samplesOf(row, plan));
  });
  return meter.finish();
}

function meterOf(rows: NoiseRows, bands: number, { width, height, bitDepth }: CopyPlan): FigureMeter {
  return new FigureMeter(width, height, rows.bands, unitsPer255(bitDepth), bands);
}

/** Bytes as the samples that they are. */
function samplesOf({ buffer, byteOffset, byteLength }: ArrayBufferView, { bitDepth }: CopyPlan): Samples {
  return bitDepth === 8
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint16Array(buffer, byteOffset, byteLength / 2);
}

/** The changed picture with its channel beyond the colours. */
function whole(own: Own, { changed, extra }: Pictures): VipsImage {
  return extra ? own(own(changed.bandjoin(extra)).copy({ interpretation: changed.interpretation })) : changed;
}

/** The picture with the metadata of its file. */
function withMetadata(own: Own, changed: VipsImage, plan: CopyPlan, options: RenderOptions): VipsImage {
  const copy = applyMetadataPolicy(own, changed, options.metadata);
  copy.setInt('orientation', plan.orientation);
  return copy;
}

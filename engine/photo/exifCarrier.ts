import { withHandles } from './handles.ts';
import type { PhotoLibrary, VipsImage } from './library.ts';
import { fieldNames } from './metadata.ts';

/** What a JPEG marker can hold, less its length and some reserve. */
export const MAX_EXIF_BYTES = 65_000;
/** libvips' flag for EXIF alone: see `encode`. */
const EXIF_ONLY = 1;

/**
 * Gives the image an EXIF block (from its `Exif\0\0` on), as if it had come with it, but for the orientation and a
 * thumbnail (of the unprotected photo); one that is too long for a JPEG is left out.
 */
export function attachExif(image: VipsImage, block: Uint8Array): void {
  if (block.length > MAX_EXIF_BYTES) return;
  const orientation = image.getTypeof('orientation') === 0 ? null : image.getInt('orientation');
  for (const name of exifFields(image)) image.remove(name);
  // libvips reads the tags, the orientation among them, and a thumbnail.
  image.setBlob('exif-data', block);
  image.remove('jpeg-thumbnail-data');
  if (orientation !== null) image.setInt('orientation', orientation);
  else image.remove('orientation');
}

/** The EXIF block (from its `Exif\0\0` on) that libvips would write for the image, but for its size; null: none. */
export function exifAsWritten(vips: PhotoLibrary, image: VipsImage): Buffer | null {
  return withHandles((own) => {
    // libvips writes the image's own resolution where the block names none.
    const pixel = own(own(vips.Image.black(1, 1)).copy({ xres: image.xres, yres: image.yres }));
    if (image.getTypeof('orientation') !== 0) pixel.setInt('orientation', image.getInt('orientation'));
    if (image.getTypeof('exif-data') !== 0) {
      attachExif(pixel, image.getBlob('exif-data').slice());
      // The block that an image carries still has the tags that were taken from it; its fields tell.
      const kept = new Set(exifFields(image));
      for (const name of exifFields(pixel)) if (!kept.has(name)) pixel.remove(name);
    }
    const written = own(vips.Image.jpegloadBuffer(pixel.jpegsaveBuffer({ keep: EXIF_ONLY })));
    return written.getTypeof('exif-data') === 0 ? null : Buffer.from(written.getBlob('exif-data'));
  });
}

function exifFields(image: VipsImage): string[] {
  return fieldNames(image).filter((name) => name.startsWith('exif-ifd'));
}

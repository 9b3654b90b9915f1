import { withInput } from './input.ts';
import { photoLibrary } from './library.ts';
import { readHeader } from './open.ts';
import type { PhotoInfo } from './types.ts';

/**
 * What the photo's header says. Decodes no pixels, so a file that is damaged further in passes.
 * @throws UserError for everything that cannot be opened as one still photo of at most 200 megapixels.
 */
export async function inspectPhoto(path: string): Promise<PhotoInfo> {
  const vips = await photoLibrary();
  return withInput(path, (input) => {
    const { hasOtherChannel: _, ...header } = readHeader(vips, input);
    return { path, format: input.format, bytes: input.size, ...header };
  });
}

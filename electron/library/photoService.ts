import { readFile } from 'node:fs/promises';
import { UserError } from '../../engine/errors.ts';
import { replaceFile, systemCode } from '../../engine/files/index.ts';
import type * as engine from '../../engine/index.ts';
import type { Implementation } from '../hosts/serve.ts';
import type { PhotoCalls } from './photoCalls.ts';

/** What the host takes from the engine; the real functions come in from `photoHost.ts`. */
export type PhotoParts = Pick<
  typeof engine,
  'decodeNoise' | 'hashFile' | 'inspectPhoto' | 'makeThumbnail' | 'makeViewable' | 'renderCopy' | 'renderNoise'
>;

/** The photo host's calls. */
export function photoService(parts: PhotoParts): Implementation<PhotoCalls> {
  async function write(out: string, bytes: Uint8Array): Promise<{ bytes: number }> {
    await replaceFile(out, bytes);
    return { bytes: bytes.length };
  }

  return {
    read: async ({ path }) => ({ info: await parts.inspectPhoto(path), sha256: await parts.hashFile(path) }),
    thumbnail: async ({ path, edge, out }) => write(out, await parts.makeThumbnail(path, edge)),
    viewable: async ({ path, out }) => write(out, (await parts.makeViewable(path)).bytes),
    noiseView: async ({ noise, rhoU, amplification, out }) => {
      const canvas = await parts.decodeNoise(await noiseBytes(noise), rhoU);
      return write(out, await parts.renderNoise(canvas, amplification));
    },
    render: async ({ source, noise, rhoU, options, outStem }) =>
      parts.renderCopy(source, await parts.decodeNoise(await noiseBytes(noise), rhoU), options, outStem),
  };
}

/** @throws UserError when the file of a photo's noise is not there or cannot be read */
async function noiseBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (thrown) {
    if (systemCode(thrown) === null) throw thrown;
    throw new UserError(
      'vanished',
      'The stored noise of this photo is gone or cannot be read.',
      'Protect the photo again.',
      { file: path, cause: thrown },
    );
  }
}

import { UserError } from '../../engine/errors.ts';
import type { PhotoRow, ProtectionRow } from '../catalog/index.ts';
import type { Freshness } from './freshness.ts';

/**
 * The original, if it is still what was protected: the noise fits no other.
 * @param remedy what to do where it has changed, in a sentence
 * @throws UserError `vanished` when it has gone or changed, or what reading it says
 */
export async function protectedOriginal(
  freshness: Pick<Freshness, 'refresh'>,
  photoId: number,
  { sourceSha256 }: ProtectionRow,
  remedy: string,
): Promise<PhotoRow> {
  const photo = await freshness.refresh(photoId);
  if (photo.sha256 === sourceSha256) return photo;
  throw new UserError('vanished', `“${photo.name}” has changed since it was protected.`, remedy, { file: photo.path });
}

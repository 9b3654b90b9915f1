import { UserError } from '../../engine/errors.ts';
import type { Catalog, PhotoRow } from '../catalog/index.ts';
import type { Freshness } from '../library/freshness.ts';
import type { Handlers } from './handle.ts';

export interface PhotoParts {
  catalog: Catalog;
  freshness: Pick<Freshness, 'refresh'>;
  /** Opens the system's file manager at a file. */
  showInFolder: (path: string) => void;
}

export function photoHandlers(parts: PhotoParts): Pick<Handlers, 'photos.details' | 'photos.showOriginal'> {
  const { catalog, freshness } = parts;

  function find(photoId: number): PhotoRow {
    const photo = catalog.photos.find(photoId);
    if (photo === undefined) {
      throw new UserError('vanished', 'This photo is no longer in the catalog.', 'Add it from its folder again.');
    }
    return photo;
  }

  return {
    'photos.details': ({ photoId }) => {
      const photo = find(photoId);
      const turned = photo.orientation >= 5;
      return {
        photoId,
        name: photo.name,
        path: photo.path,
        missing: photo.missingSince !== null,
        format: photo.format,
        width: turned ? photo.height : photo.width,
        height: turned ? photo.width : photo.height,
        bytes: photo.bytes,
        sha256: photo.sha256,
        takenAt: photo.takenAt,
        importedAt: photo.importedAt,
        protections: catalog.protections.history(photoId),
      };
    },
    'photos.showOriginal': async ({ photoId }) => {
      find(photoId);
      parts.showInFolder((await freshness.refresh(photoId)).path);
      return null;
    },
  };
}

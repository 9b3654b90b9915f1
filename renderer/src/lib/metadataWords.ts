/** What an export keeps of a photo's metadata, in words. */
import type { ExportPreset } from '../../../electron/ipc/contract.ts';

interface MetadataChoice {
  value: ExportPreset['exif'];
  label: string;
  hint: string;
}

export const METADATA_CHOICES: readonly MetadataChoice[] = [
  {
    value: 'strip-gps',
    label: 'Keep EXIF, without the place (GPS)',
    hint: 'Camera, exposure and copyright in EXIF stay. Captions, keywords and credit in XMP and IPTC go, too, as they can name the place.',
  },
  {
    value: 'strip',
    label: 'Remove all of it',
    hint: 'EXIF, XMP and IPTC go. The photo stays upright and keeps its colours.',
  },
  {
    value: 'keep',
    label: 'Keep all of it',
    hint: 'EXIF, XMP and IPTC stay, with the place, but for small pictures of the unprotected photo.',
  },
];

/** What becomes of captions and the place. */
export function metadataHint(exif: ExportPreset['exif']): string {
  return METADATA_CHOICES.find(({ value }) => value === exif)?.hint ?? '';
}

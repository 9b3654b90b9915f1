/** Ready-made answers to "how shall the copies be written?". */
import type { ExportPreset } from '../../../electron/ipc/contract.ts';

export interface NamedPreset {
  name: string;
  words: string;
  preset: ExportPreset;
}

const common = { naming: '{name}', conflict: 'unique' } as const;

export const PRESETS: readonly NamedPreset[] = [
  {
    name: 'Web',
    words: '2048 pixels, JPEG 90, sRGB, without the place',
    preset: { ...common, format: 'jpeg', quality: 90, longEdge: 2048, colour: 'srgb', exif: 'strip-gps' },
  },
  {
    name: 'Original size',
    words: 'the photo’s own size and format',
    preset: { ...common, format: 'same', quality: 95, longEdge: null, colour: 'keep', exif: 'strip-gps' },
  },
  {
    name: 'Lossless PNG',
    words: 'every pixel exactly as protected',
    preset: { ...common, format: 'png', quality: 100, longEdge: null, colour: 'keep', exif: 'strip-gps' },
  },
];

/** The ready-made preset that `preset` equals, names and conflicts aside; null when it is the user's own. */
export function matchingPreset(preset: ExportPreset): NamedPreset | null {
  const keys = ['format', 'longEdge', 'colour', 'exif'] as const;
  return (
    PRESETS.find(
      (named) =>
        keys.every((key) => named.preset[key] === preset[key]) &&
        (!hasQuality(preset.format) || named.preset.quality === preset.quality),
    ) ?? null
  );
}

/** Whether `format` has a quality to choose. */
export function hasQuality(format: ExportPreset['format']): boolean {
  return format === 'jpeg' || format === 'webp' || format === 'avif' || format === 'same';
}

/** The extension that a copy of `fileExtension` gets. */
export function exportExtension(format: ExportPreset['format'], fileExtension: string): string {
  if (format === 'same') return ['png', 'webp', 'tiff', 'tif', 'avif'].includes(fileExtension) ? fileExtension : 'jpg';
  return { jpeg: 'jpg', png: 'png', webp: 'webp', avif: 'avif', tiff: 'tif' }[format];
}

/** Why copies cannot have this long edge, in pixels; null when they can. */
export function edgeProblem(longEdge: number | null): string | null {
  const fits = longEdge === null || (Number.isInteger(longEdge) && longEdge >= 16 && longEdge <= 30_000);
  return fits ? null : 'Choose a whole number from 16 to 30,000.';
}

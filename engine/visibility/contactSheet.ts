import { readRgb, writeRgb, type Rgb } from '../photo/index.ts';
import { chooseCrops, CROP_KINDS, type Crop, type CropKind } from './crops.ts';
import { composeSheet, cropRow, wholeRow, wholeWidth, type SheetRow } from './sheet.ts';

/** A crop of one photo that a contact sheet shows. */
export interface ChosenCrop {
  /** Index of the photo. */
  photo: number;
  kind: CropKind;
  crop: Crop;
}

/** How large a contact sheet is. */
export interface SheetSize {
  /** Width of a picture on the sheet in pixels; its height is three quarters of that. */
  tile: number;
  /** Crops of each kind, each of another photo. */
  perKind: number;
}

/** The crops of all photos that show best what noise does: for each kind those with the highest score. */
export async function chooseFromAll(photos: readonly string[], { tile, perKind }: SheetSize): Promise<ChosenCrop[]> {
  const candidates: ChosenCrop[] = [];
  for (const [photo, path] of photos.entries()) {
    const crops = chooseCrops(await readRgb(path, null), tile, (tile * 3) / 4);
    for (const kind of CROP_KINDS) {
      const crop = crops[kind];
      if (crop) candidates.push({ photo, kind, crop });
    }
  }
  return CROP_KINDS.flatMap((kind) =>
    candidates
      .filter((candidate) => candidate.kind === kind)
      .sort((a, b) => b.crop.score - a.crop.score)
      .slice(0, perKind),
  );
}

/** A photo with its protected copy. */
export interface PhotoPair {
  name: string;
  original: string;
  copy: string;
}

/**
 * Writes a contact sheet as a PNG: the chosen crops at 100 % and 200 %, and the photos that they are of as a whole.
 * @param title what the copies were made with
 * @throws UserError when a photo cannot be read or the sheet not be written
 */
export async function writeContactSheet(
  path: string,
  title: string,
  pairs: readonly PhotoPair[],
  chosen: readonly ChosenCrop[],
  { tile }: SheetSize,
): Promise<void> {
  const crops: SheetRow[] = [];
  const wholes = new Map<number, SheetRow>();
  for (const { photo, kind, crop } of chosen) {
    const pair = pairs[photo];
    if (!pair) continue;
    const [original, copy] = [await readRgb(pair.original, null), await readRgb(pair.copy, null)];
    crops.push(cropRow(`${kind}: ${pair.name}`, original, copy, crop));
    if (!wholes.has(photo)) {
      const size = sizeWithin(original, wholeWidth(tile));
      wholes.set(photo, wholeRow(pair.name, await readRgb(pair.original, size), await readRgb(pair.copy, size)));
    }
  }
  await writeRgb(path, composeSheet(title, [...crops, ...wholes.values()]));
}

/** The size of a picture that is to fit into `most` pixels and three quarters of that in height. */
function sizeWithin({ width, height }: Rgb, most: number): { shortEdge: number; longEdge: number } {
  const scale = Math.min(most / width, (most * 3) / 4 / height);
  const [across, down] = [Math.max(1, Math.floor(width * scale)), Math.max(1, Math.floor(height * scale))];
  return { shortEdge: Math.min(across, down), longEdge: Math.max(across, down) };
}

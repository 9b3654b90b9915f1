/** Reads `length` bytes at `offset`, fewer at the end of the data. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** One entry of an image file directory. */
export interface TiffEntry {
  /** Type as TIFF numbers them: 1 byte, 2 ASCII, 3 short, 4 long, 5 rational, 7 undefined, 13 IFD, 16 long8 … */
  type: number;
  count: number;
  /** Where the value's bytes are. */
  offset: number;
  byteLength: number;
}

/** One image file directory: its entries by tag. */
export type TiffDirectory = ReadonlyMap<number, TiffEntry>;

/** The directories of a TIFF (or of an EXIF block, which is one). */
export interface TiffStructure {
  littleEndian: boolean;
  /** The chain of pages. */
  pages: TiffDirectory[];
  /** Directories that a page points to as its sub-images. */
  subImages: TiffDirectory[];
  exif: TiffDirectory | null;
  gps: TiffDirectory | null;
  /** Value of an entry as unsigned whole numbers (of signed or fractional types: nothing). */
  numbers(entry: TiffEntry | undefined): number[];
  bytes(entry: TiffEntry): Uint8Array;
}

export const TAG = {
  subfileType: 0xfe,
  photometric: 0x106,
  orientation: 0x112,
  subIfds: 0x14a,
  extraSamples: 0x152,
  iptc: 0x83bb,
  photoshop: 0x8649,
  exifIfd: 0x8769,
  gpsIfd: 0x8825,
  dateTimeOriginal: 0x9003,
  makerNote: 0x927c,
  dngVersion: 0xc612,
} as const;

const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
}; // prettier-ignore
/** More than any photo has; a damaged or hostile file cannot keep us longer. */
const MAX_DIRECTORIES = 64;
const MAX_ENTRIES = 4096;
const MAX_NUMBERS = 64;

/**
 * Reads the directories of a classic or big TIFF whose header is at offset 0; null when there is no such header.
 * A directory that lies outside the data, or is seen a second time, ends its chain.
 */
export function readTiffStructure(readAt: ReadAt): TiffStructure | null {
  const header = readAt(0, 16);
  const order = String.fromCharCode(...header.subarray(0, 2));
  if (header.length < 8 || (order !== 'II' && order !== 'MM')) return null;
  const littleEndian = order === 'II';
  const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerView = viewOf(header);
  const magic = headerView.getUint16(2, littleEndian);
  if (magic !== 42 && magic !== 43) return null;
  const big = magic === 43;
  if (big && header.length < 16) return null;
  const wide = (view: DataView, at: number): number =>
    big ? Number(view.getBigUint64(at, littleEndian)) : view.getUint32(at, littleEndian);

  const seen = new Set<number>();
  const readDirectory = (offset: number): { directory: TiffDirectory; next: number } | null => {
    if (offset <= 0 || seen.has(offset) || seen.size >= MAX_DIRECTORIES) return null;
    seen.add(offset);
    const countBytes = readAt(offset, big ? 8 : 2);
    if (countBytes.length < (big ? 8 : 2)) return null;
    const count = big ? wide(viewOf(countBytes), 0) : viewOf(countBytes).getUint16(0, littleEndian);
    if (count > MAX_ENTRIES) return null;
    const size = big ? 20 : 12;
    const start = offset + countBytes.length;
    const table = readAt(start, count * size + (big ? 8 : 4));
    const view = viewOf(table);
    const directory = new Map<number, TiffEntry>();
    for (let index = 0; index < count && (index + 1) * size <= table.length; index += 1) {
      const at = index * size;
      const type = view.getUint16(at + 2, littleEndian);
      const values = wide(view, at + 4);
      const byteLength = (TYPE_BYTES[type] ?? 0) * values;
      const inline = big ? 12 : 8;
      directory.set(view.getUint16(at, littleEndian), {
        type,
        count: values,
        byteLength,
        offset: byteLength <= size - inline ? start + at + inline : wide(view, at + inline),
      });
    }
    return { directory, next: table.length >= count * size + (big ? 8 : 4) ? wide(view, count * size) : 0 };
  };

  const bytes = (entry: TiffEntry): Uint8Array => readAt(entry.offset, entry.byteLength);
  const numbers = (entry: TiffEntry | undefined): number[] => {
    const width = entry ? TYPE_BYTES[entry.type] : undefined;
    if (!entry || !width || ![1, 3, 4, 13, 16, 18].includes(entry.type)) return [];
    const data = readAt(entry.offset, Math.min(entry.count, MAX_NUMBERS) * width);
    const view = viewOf(data);
    return Array.from({ length: Math.floor(data.length / width) }, (_, index) => {
      if (width === 1) return view.getUint8(index);
      if (width === 2) return view.getUint16(index * 2, littleEndian);
      return width === 4 ? view.getUint32(index * 4, littleEndian) : Number(view.getBigUint64(index * 8, littleEndian));
    });
  };

  const pages: TiffDirectory[] = [];
  const subImages: TiffDirectory[] = [];
  for (let page = readDirectory(wide(headerView, big ? 8 : 4)); page; page = readDirectory(page.next)) {
    pages.push(page.directory);
    for (const offset of numbers(page.directory.get(TAG.subIfds))) {
      const sub = readDirectory(offset);
      if (sub) subImages.push(sub.directory);
    }
  }
  const pointedTo = (tag: number): TiffDirectory | null => {
    const [offset] = numbers(pages[0]?.get(tag));
    return offset === undefined ? null : (readDirectory(offset)?.directory ?? null);
  };
  return { littleEndian, pages, subImages, exif: pointedTo(TAG.exifIfd), gps: pointedTo(TAG.gpsIfd), numbers, bytes };
}

/** Photometric interpretations of sensor data: a colour filter array, and linear raw. */
const RAW_PHOTOMETRIC = new Set([32803, 34892]);

/** Whether this TIFF is a camera's raw file (DNG, NEF, ARW, PEF …) and not a picture. */
export function isRawTiff(tiff: TiffStructure): boolean {
  return [...tiff.pages, ...tiff.subImages].some((directory) => {
    const [photometric] = tiff.numbers(directory.get(TAG.photometric));
    return directory.has(TAG.dngVersion) || (photometric !== undefined && RAW_PHOTOMETRIC.has(photometric));
  });
}

/**
 * Whether the channel that the first picture has beyond its colours is transparency: associated (1) or unassociated (2)
 * alpha in ExtraSamples (TIFF 6.0, page 31). Anything else is a saved selection, a spot colour or nobody knows what.
 */
export function extraIsAlpha(tiff: TiffStructure): boolean {
  const [kind] = tiff.numbers(tiff.pages[0]?.get(TAG.extraSamples));
  return kind === 1 || kind === 2;
}

/** How many pictures of its own a TIFF has: reduced copies of the first (its thumbnails) do not count. */
export function pictureCount(tiff: TiffStructure): number {
  return tiff.pages.filter((page, index) => {
    const [subfileType] = tiff.numbers(page.get(TAG.subfileType));
    return index === 0 || ((subfileType ?? 0) & 1) === 0;
  }).length;
}

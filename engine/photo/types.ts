/** File formats that we read. `jpeg` covers baseline, progressive, CMYK and grey. */
export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif' | 'heic';

/** File formats that we write. */
export type CopyFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif';

/** What a photo's header says; reading it decodes no pixels. */
export interface PhotoInfo {
  path: string;
  format: PhotoFormat;
  /** Pixels as stored, before the EXIF orientation is applied. */
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8; 1 when there is none. */
  orientation: number;
  /** Bits a sample. */
  bitDepth: 8 | 16;
  colour: 'rgb' | 'grey' | 'cmyk';
  hasAlpha: boolean;
  hasProfile: boolean;
  /** Size of the file in bytes. */
  bytes: number;
  /** EXIF DateTimeOriginal as `YYYY-MM-DDTHH:MM:SS` when there is one. */
  takenAt: string | null;
}

/**
 * A photo as the optimization sees it: upright, sRGB, scaled to the working size.
 * `pixels` is [3, height, width] (channel, row, column), gamma-encoded sRGB in [0, 1].
 */
export interface Canvas {
  pixels: Float32Array;
  width: number;
  height: number;
}

/** Pixels in 8-bit sRGB: [height, width, 3], row after row. */
export interface Rgb {
  samples: Uint8Array;
  width: number;
  height: number;
}

/**
 * Defensive noise δᵘ on the canvas, upright, in colour: each of R, G and B has noise of its own.
 * `samples` is [height, width, 3], row after row, in units of ρ_u / 127, so every value in [-127, 127] is within the
 * budget.
 */
export interface NoiseCanvas {
  samples: Int8Array;
  width: number;
  height: number;
  /** ρ_u in units of 1/255, for example 8. */
  rhoU: number;
}

/** How far a protected copy is from its original. Measured before encoding, at the size of the copy. */
export interface Figures {
  /** max |p − x| over every sample, in units of 1/255 (16-bit samples: of 257/65535). */
  maxAbs: number;
  /** Peak signal-to-noise ratio in dB over all samples; null when nothing differs. */
  psnr: number | null;
  /** Mean structural similarity of the luma, Wang et al. 2004, after their own downscaling to about 256 pixels. */
  ssim: number;
}

/** How far a copy is from its original to the eye. Measured before encoding, at the size of the copy. */
export interface Visibility {
  /**
   * Mean over all pixels of the colour difference CIEDE2000 (CIE 142-2001; ISO/CIE 11664-6): from the photo's own
   * profile, or sRGB where it has none, to CIELAB. About 1 can just be seen between two large patches side by side.
   */
  meanDeltaE: number;
  /** What 99 % of the pixels do not exceed, rounded up to a hundredth. */
  p99DeltaE: number;
  /** Share of the samples that differ by all of ρ_u, 0 to 1. */
  atLimit: number;
}

/** What is kept of a photo's metadata in its copy. */
export interface MetadataPolicy {
  exif: 'keep' | 'strip-gps' | 'strip';
  /** XMP and IPTC blocks. */
  xmp: 'keep' | 'strip';
}

/** How a protected copy is written. */
export interface RenderOptions {
  /** `same` writes the original's format; HEIC and formats that cannot be written become JPEG. */
  format: 'same' | CopyFormat;
  /** 1 to 100 for JPEG, WebP and AVIF; 100 means lossless for WebP and AVIF; ignored by PNG and TIFF. */
  quality: number;
  /** Longest edge of the copy in pixels; null keeps the original's size. Never enlarges. */
  longEdge: number | null;
  /** `keep` leaves the samples and the ICC profile as they are; `srgb` converts to sRGB and embeds that profile. */
  colour: 'keep' | 'srgb';
  metadata: MetadataPolicy;
}

/** A protected copy that has been written, whole, under its real name. */
export interface RenderedCopy {
  path: string;
  format: CopyFormat;
  /** True when the file holds exactly the samples that the figures were measured on. */
  lossless: boolean;
  width: number;
  height: number;
  bytes: number;
  figures: Figures;
  /** Seconds spent in each part. */
  seconds: { decode: number; render: number; encode: number };
}

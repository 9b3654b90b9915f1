/** What the visibility figures of a protected copy mean, in words. */

/** PSNR in dB in words; null means that nothing differs. The steps are rules of thumb for 8-bit photos. */
export function psnrInWords(psnr: number | null): string {
  if (psnr === null) return 'identical to the original';
  if (psnr >= 42) return 'practically indistinguishable';
  if (psnr >= 36) return 'hard to see';
  if (psnr >= 32) return 'faint streaks or fringes when you look closely';
  return 'visible streaks or coloured edges';
}

/** SSIM (structural similarity, 0 to 1) in words. */
export function ssimInWords(ssim: number): string {
  if (ssim >= 0.98) return 'structure kept';
  if (ssim >= 0.94) return 'structure almost unchanged';
  if (ssim >= 0.88) return 'fine structure slightly changed';
  return 'fine structure changed';
}

/** PSNR as a number with its unit. */
export function psnrNumber(psnr: number | null): string {
  return psnr === null ? '∞ dB' : `${psnr.toFixed(1)} dB`;
}

/** SSIM with the digits that matter near 1. */
export function ssimNumber(ssim: number): string {
  return ssim.toFixed(ssim >= 0.99 ? 4 : 3);
}

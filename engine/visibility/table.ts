import { meanOfPhotos, type PhotoVisibility } from './measure.ts';
import { settingName, type VisibilitySetting } from './setting.ts';

/** What was measured at one setting. */
export interface SettingResult extends VisibilitySetting {
  photos: ({ name: string } & PhotoVisibility)[];
  /** Null when no photo could be protected. */
  mean: PhotoVisibility | null;
  /** A stranger's accuracy after training on albums protected like this, 0 to 1; null when none was trained. */
  stranger: number | null;
}

/** The photos of one setting with their mean. */
export function resultOf(
  setting: VisibilitySetting,
  photos: readonly ({ name: string } & PhotoVisibility)[],
): SettingResult {
  const mean = photos.length === 0 ? null : meanOfPhotos(photos);
  return { ...setting, photos: [...photos], mean, stranger: null };
}

const FIGURES = ['PSNR dB', 'SSIM', 'mean ΔE00', '99 % ΔE00', 'max \\|δ\\| /255', 'at ρ_u', 'budget'] as const;

function figures({ psnr, ssim, meanDeltaE, p99DeltaE, maxAbs, atLimit, budget }: PhotoVisibility): string[] {
  return [
    psnr === null ? '–' : psnr.toFixed(2),
    ssim.toFixed(4),
    meanDeltaE.toFixed(2),
    p99DeltaE.toFixed(2),
    String(Math.round(100 * maxAbs) / 100),
    percent(atLimit),
    percent(budget),
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function table(header: readonly string[], body: readonly (readonly string[])[]): string {
  const lines = [header, header.map((_, i) => (i === 0 ? '---' : '--:')), ...body];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A row of means for each setting, as Markdown; with the stranger's accuracy where there is one. */
export function settingsTable(results: readonly SettingResult[]): string {
  const stranger = results.some((result) => result.stranger !== null);
  return table(
    ['setting', ...FIGURES, ...(stranger ? ['stranger'] : [])],
    results.flatMap((result) =>
      result.mean === null
        ? []
        : [
            [
              settingName(result),
              ...figures(result.mean),
              ...(stranger ? [result.stranger === null ? '–' : percent(result.stranger)] : []),
            ],
          ],
    ),
  );
}

/** A row for each photo of one setting and one of means, as Markdown. */
export function photosTable({ photos, mean }: SettingResult): string {
  const rows = [...photos, ...(mean === null ? [] : [{ name: 'mean', ...mean }])];
  return table(
    ['photo', ...FIGURES],
    rows.map((row) => [row.name.replaceAll('|', '\\|'), ...figures(row)]),
  );
}

/** Numbers, times and names as people read them. */

const integers = new Intl.NumberFormat('en');

/** `1234` → `1,234`. */
export function count(value: number): string {
  return integers.format(value);
}

/** `plural(2, 'photo')` → `2 photos`. */
export function plural(value: number, noun: string, nouns = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : nouns}`;
}

/** Bytes in decimal units, as file managers show them: `1234567` → `1.2 MB`. */
export function bytes(value: number): string {
  if (value < 999.5) return plural(Math.round(value), 'byte');
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${rest >= 99.5 ? Math.round(rest) : rest.toFixed(1)} ${units[unit] ?? ''}`;
}

/** A duration in seconds, roughly, since more would be a lie: `95` → `about 2 minutes`. */
export function roughly(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 50) return `about ${Math.round(seconds / 10) * 10} seconds`;
  if (seconds < 90) return 'about a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  const restMinutes = Math.round((minutes - hours * 60) / 5) * 5;
  if (restMinutes === 0 || hours >= 10) return `about ${plural(Math.round(minutes / 60), 'hour')}`;
  if (restMinutes === 60) return `about ${plural(hours + 1, 'hour')}`;
  return `about ${plural(hours, 'hour')} ${restMinutes} minutes`;
}

/** `95` → `about 2 minutes left`; null (not known yet) → `working out the time left`. */
export function timeLeft(seconds: number | null): string {
  return seconds === null ? 'working out the time left' : `${roughly(seconds)} left`;
}

/** Seconds that were measured: `0.84` → `0.84 s`, `72` → `1 min 12 s`. */
export function measured(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** An ISO moment in the user's time zone; what is not a date is shown as it is. */
export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : moments.format(date);
}

/** The last part of a path, on any system. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? path
  );
}

/** `6000 × 4000` and megapixels. */
export function dimensions(width: number, height: number): string {
  const megapixels = (width * height) / 1e6;
  return `${count(width)} × ${count(height)}, ${megapixels.toFixed(megapixels < 10 ? 1 : 0)} MP`;
}

/** A share of a whole in whole percent, never 100 before it is all. */
export function percent(part: number, whole: number): number {
  if (whole <= 0) return 0;
  return part >= whole ? 100 : Math.min(99, Math.floor((100 * part) / whole));
}

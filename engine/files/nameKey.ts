/** Two names (or paths) that are one file on a system that ignores case or composes accents have the same key. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

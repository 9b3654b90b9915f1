/** Numbers in sentences that the main process says itself. */

const integers = new Intl.NumberFormat('en');
const lists = new Intl.ListFormat('en');

/** `1234` → `1,234`. */
export function count(value: number): string {
  return integers.format(value);
}

/** `photos(1)` → `1 photo`. */
export function photos(value: number): string {
  return `${count(value)} ${value === 1 ? 'photo' : 'photos'}`;
}

/** `inWords(['a', 'b'])` → `a and b`. */
export function inWords(parts: readonly string[]): string {
  return lists.format(parts);
}

/** A view preference that this window remembers by itself; whatever matters to the work is in the settings. */
export function remembered(key: string, initial: number): { value: number };
export function remembered(key: string, initial: boolean): { value: boolean };
export function remembered(key: string, initial: string): { value: string };
export function remembered<T>(key: string, initial: T): { value: T } {
  const read = (): T => {
    const stored = localStorage.getItem(`stillgrain.${key}`);
    if (stored === null) return initial;
    try {
      const value: unknown = JSON.parse(stored);
      return isLike(value, initial) ? value : initial;
    } catch {
      return initial;
    }
  };
  let value = $state<T>(read());
  return {
    get value() {
      return value;
    },
    set value(next: T) {
      value = next;
      localStorage.setItem(`stillgrain.${key}`, JSON.stringify(next));
    },
  };
}

function isLike<T>(value: unknown, sample: T): value is T {
  return typeof value === typeof sample;
}

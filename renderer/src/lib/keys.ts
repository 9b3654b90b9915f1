/**
 * A registry of keyboard shortcuts. Each shortcut brings its own help, so what `?` lists is what works. Pure: the
 * window's listener hands events over, and nothing here touches the page.
 */

export interface Shortcut {
  /** For example `g`, `mod+a`, `shift+ArrowLeft`, `?`; `mod` is Ctrl, on a Mac ⌘. Several mean the same action. */
  readonly keys: readonly string[];
  /** What it does, as a person says it. Empty for keys that another shortcut's help already names. */
  readonly help: string;
  /** The keys that the help shows, when it speaks for several shortcuts. */
  readonly shown?: readonly string[];
  readonly group: string;
  /** Whether it works now; always when left out. */
  readonly when?: () => boolean;
  readonly run: () => void;
  /** For keys that are held: called when the key goes up. */
  readonly release?: () => void;
}

/** What of a keyboard event matters here. */
export interface KeyPress {
  readonly key: string;
  /** The key's place on the keyboard, for example `KeyG`. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * `Ctrl+A` → `mod+a`. Shift and Alt are dropped for characters that may need them to be typed: `?` and `+`, and on German
 * and French Macs `\`, `[` and `]`.
 */
export function nameOf(press: KeyPress, mac: boolean): string {
  const key = keyOf(press);
  const isTyped = key.length === 1 && !/[a-z0-9]/.test(key);
  const parts: string[] = [];
  if (mac ? press.metaKey : press.ctrlKey) parts.push('mod');
  if (mac ? press.ctrlKey : press.metaKey) parts.push('other');
  if (press.altKey && !isTyped) parts.push('alt');
  if (press.shiftKey && !isTyped) parts.push('shift');
  return [...parts, key].join('+');
}

/** The key by its name; where it types a letter of another script (`ф`), by the Latin letter at its place. */
function keyOf({ key, code }: KeyPress): string {
  if (key === ' ') return 'Space';
  if (key.length > 1) return key;
  // Thai and Indian scripts have marks where others have letters.
  const isForeign = /^(?![A-Za-z])[\p{L}\p{M}]$/u.test(key);
  const latin = isForeign ? /^Key([A-Z])$/.exec(code)?.[1] : undefined;
  return (latin ?? key).toLowerCase();
}

/** What Enter and Esc ask of a field that is being edited; null: nothing. */
export function endOfEditing({
  key,
  isComposing,
}: Pick<KeyboardEvent, 'key' | 'isComposing'>): 'keep' | 'discard' | null {
  // It confirms or takes back what an input method suggests.
  if (isComposing) return null;
  return key === 'Enter' ? 'keep' : key === 'Escape' ? 'discard' : null;
}

export class Shortcuts {
  readonly #all: Shortcut[] = [];
  #held: { code: string; release: () => void } | null = null;

  /** Adds shortcuts; returns the function that takes them away again. */
  register(shortcuts: readonly Shortcut[]): () => void {
    this.#all.push(...shortcuts);
    return () => {
      for (const shortcut of shortcuts) {
        const at = this.#all.indexOf(shortcut);
        if (at >= 0) this.#all.splice(at, 1);
      }
    };
  }

  /** Runs what belongs to `press`; true when something did. Later registrations win. A held key runs once. */
  press(press: KeyPress & { readonly repeat?: boolean }, mac: boolean): boolean {
    const name = nameOf(press, mac);
    const shortcut = this.#all.findLast((one) => one.keys.includes(name) && (one.when?.() ?? true));
    if (shortcut === undefined) return false;
    if (shortcut.release !== undefined) {
      if (press.repeat === true || this.#held !== null) return true;
      this.#held = { code: press.code, release: shortcut.release };
    }
    shortcut.run();
    return true;
  }

  /** A key went up: known by its place, as what it types is another character when Option was let go before it. */
  release(code: string): void {
    if (this.#held?.code === code) this.releaseAll();
  }

  /** Nothing is held any more (the window lost the focus). */
  releaseAll(): void {
    const held = this.#held;
    this.#held = null;
    held?.release();
  }

  /** Everything that has help, by group, in the order of registration. */
  help(): { group: string; shortcuts: Shortcut[] }[] {
    const groups = new Map<string, Shortcut[]>();
    for (const shortcut of this.#all) {
      if (shortcut.help !== '') groups.set(shortcut.group, [...(groups.get(shortcut.group) ?? []), shortcut]);
    }
    return [...groups].map(([group, shortcuts]) => ({ group, shortcuts }));
  }
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  PageUp: 'Page up',
  PageDown: 'Page down',
  shift: 'Shift',
  alt: 'Alt',
};

/** A shortcut's key as it is printed on keyboards: `mod+a` → [`Ctrl`, `A`]. */
export function printed(keys: string, mac: boolean): string[] {
  return keys.split(/\+(?=.)/).map((part) => {
    if (part === 'mod') return mac ? '⌘' : 'Ctrl';
    return SYMBOLS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

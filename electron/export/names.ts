/** Names for exported copies that every system, and every site, takes. */

/** Bytes of UTF-8 that a name may have on the systems that count them. */
const MAX_BYTES = 255;

// eslint-disable-next-line no-control-regex -- control characters are what it is about
const FORBIDDEN = /[<>:"/\\|?*\u0000-\u001f\u007f]/g;
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** `text` cut to at most `bytes` bytes between two characters as people see them. */
function cut(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  let kept = '';
  let length = 0;
  for (const { segment } of graphemes.segment(text)) {
    length += bytesOf(segment);
    if (length > bytes) break;
    kept += segment;
  }
  return kept;
}

/**
 * A file name made of `stem` and `ending` (with its dot) that is allowed on Windows, macOS and Linux and has at most
 * 255 bytes. Letters of every script and emoji stay as they are. Of a stem that is too long the end is cut off.
 */
export function safeName(stem: string, ending: string): string {
  const clean = stem.normalize('NFC').toWellFormed().replace(FORBIDDEN, '_').trim();
  // A leading dot hides the file, a trailing dot or space is lost on Windows.
  const short = cut(clean.replace(/^\.+/, ''), MAX_BYTES - bytesOf(ending)).replace(/[. ]+$/, '');
  if (short === '') return `photo${ending}`;
  return RESERVED.test(short) ? safeName(`_${short}`, ending) : `${short}${ending}`;
}

/** What the naming template's words stand for. */
export interface NamingFacts {
  /** The original's name without its ending. */
  name: string;
  album: string;
  /** Place in the export, from 1. */
  n: number;
  /** How many are exported: decides how many digits `{n}` gets. */
  total: number;
  /** ISO time that the photo was taken, when it is known. */
  takenAt: string | null;
}

/** Fills `{name}`, `{album}`, `{n}` and `{date}` in; what else stands in braces stays. */
export function fillTemplate(template: string, facts: NamingFacts): string {
  const words = new Map([
    ['name', facts.name],
    ['album', facts.album],
    ['n', String(facts.n).padStart(String(facts.total).length, '0')],
    ['date', facts.takenAt?.slice(0, 10) ?? 'undated'],
  ]);
  return template.replace(/\{(\w+)\}/g, (whole, word: string) => words.get(word) ?? whole);
}

/** `name`, or with ` (2)`, ` (3)`, … before its ending, the first that is not taken. */
export function uniqueName(stem: string, ending: string, isTaken: (name: string) => boolean): string {
  for (let n = 1; ; n++) {
    const name = numberedName(stem, ending, n);
    if (!isTaken(name)) return name;
  }
}

/** True for the names that {@link uniqueName} can give. */
export function isNumberedName(name: string, stem: string, ending: string): boolean {
  const number = / \((\d{1,9})\)\.[^.]*$/.exec(name)?.[1];
  return [1, ...(number === undefined ? [] : [Number(number)])].some((n) => numberedName(stem, ending, n) === name);
}

function numberedName(stem: string, ending: string, n: number): string {
  if (n === 1) return safeName(stem, ending);
  return safeName(cut(stem, MAX_BYTES - bytesOf(` (${n})${ending}`)), ` (${n})${ending}`);
}

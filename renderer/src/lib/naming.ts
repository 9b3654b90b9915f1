/** The naming template of exports, shown live while it is typed. The main process writes the real names. */

export interface NameParts {
  name: string;
  album: string;
  n: number;
  date: string;
  extension: string;
}

export const PLACEHOLDERS: readonly { key: string; meaning: string }[] = [
  { key: '{name}', meaning: 'the photo’s own name' },
  { key: '{album}', meaning: 'the album’s name' },
  { key: '{n}', meaning: 'a running number' },
  { key: '{date}', meaning: 'the date it was taken' },
];

/** The file name that `template` makes of `parts`. */
export function exampleName(template: string, parts: NameParts): string {
  const stem = template.replaceAll(/\{(name|album|n|date)\}/g, (_, key: 'name' | 'album' | 'n' | 'date') =>
    String(parts[key]),
  );
  return `${stem}.${parts.extension}`;
}

/** What is wrong with a template, as a sentence; null when nothing is. */
export function namingProblem(template: string): string | null {
  if (template.trim() === '') return 'Type a name, for example {name}.';
  const unknown = /\{([^}]*)\}/.exec(template.replaceAll(/\{(name|album|n|date)\}/g, ''));
  if (unknown !== null) return `${unknown[0]} is not known. Use {name}, {album}, {n} or {date}.`;
  if (/[\\/:*?"<>|]/.test(template)) return 'A file name cannot hold \\ / : * ? " < > or |.';
  if (!/\{(name|n)\}/.test(template)) return 'All photos would have one name. Add {name} or {n}.';
  return null;
}

/** A name without its extension. */
export function stemOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return dot > 0 ? fileName.slice(0, dot) : fileName;
}

/** A name's extension in lower case, without the dot; empty when it has none. */
export function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf('.');
  return dot > 0 ? fileName.slice(dot + 1).toLowerCase() : '';
}

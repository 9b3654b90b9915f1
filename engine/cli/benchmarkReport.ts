import { sectionMarkdown, withSection, type BenchmarkSection } from '../benchmark/index.ts';
import { EXIT } from './output.ts';
import { contextOf, rewriteFile } from './record.ts';

export interface ReportOptions {
  /** As JSON instead of tables. */
  json?: boolean | undefined;
  /** A Markdown file whose sections of the same headings are replaced. */
  table?: string | undefined;
  /** The script of package.json and its arguments, where they are not this process's arguments. */
  words?: readonly string[];
}

/** Shows what was measured and answers the exit code. */
export async function reportSections(
  sections: readonly BenchmarkSection[],
  { json = false, table, words }: ReportOptions,
): Promise<number> {
  const context = contextOf(words);
  const found = sections.map(({ id, title, notes, figures }) => ({ id, title, notes, figures }));
  const answer = { ...context, sections: found };
  process.stdout.write(json ? `${JSON.stringify(answer, null, 2)}\n` : sections.map(sectionMarkdown).join('\n'));
  // What was left out this time may have been measured before.
  const measured = sections.filter(({ figures }) => figures !== null);
  if (table === undefined || measured.length === 0) return EXIT.done;
  const written = await rewriteFile(table, (before) =>
    measured.reduce((text, section) => withSection(text, section, context), before),
  );
  return written ? EXIT.done : EXIT.someFailed;
}

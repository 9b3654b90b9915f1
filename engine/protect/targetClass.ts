/**
 * The target class of a new album: one that no album has, while there are unused ones; then one of those that the
 * fewest albums have. Ties go to the lowest number, so that the choice can be repeated.
 * @param usedClasses target classes of all albums that ever were, removed ones too; one that is no class of this generator
 *   counts as the one that its album shares now
 */
export function chooseTargetClass(usedClasses: readonly number[], classes: number): number {
  const uses = new Array<number>(classes).fill(0);
  for (const used of usedClasses) if (used >= 0) uses[used % classes] = (uses[used % classes] ?? 0) + 1;
  return uses.indexOf(Math.min(...uses));
}

/** The seed of one photo in a job: from the job's seed and the photo's content, so that the order does not matter. */
export function seedFor(jobSeed: number, contentSha256: string): number {
  return (jobSeed ^ Number.parseInt(contentSha256.slice(0, 8), 16)) >>> 0;
}

/** How fast the engine is, against others and against itself: measured in rounds in which the contenders take turns. */
export * from './markdown.ts';
export * from './rounds.ts';
export * from './section.ts';
export * from './statistics.ts';

/**
 * Auto: which ways of computing this machine has, which of them compute correctly, and which is the fastest. Every
 * candidate is tried in a process of its own. Knows nothing of what it tries, so that it loads at once anywhere.
 */
export * from './candidates.ts';
export * from './choose.ts';
export * from './compare.ts';
export * from './measure.ts';
export * from './runningTime.ts';
export * from './runtimes.ts';
export * from './trial.ts';
export * from './trialMessages.ts';
export * from './types.ts';

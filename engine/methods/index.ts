/**
 * SEM and the methods that its paper compares with, behind one interface: a labelled set of pictures in, a noise for
 * every picture out. `errorMinimizing.ts` is EM, REM and SEM (one algorithm, see `engine/sem`), `targeted.ts` TAP,
 * `shortcut.ts` SC, `tangentAttack.ts` NTGA with `tangentLoss.ts` and `tangentKernel.ts`; `settings.ts` has the
 * published settings of each and smaller ones.
 */
export { METHODS, type Method, type MethodName } from './registry.ts';
export type { Configuration } from './settings.ts';
export { withNoise, type Checkpoint, type LabelledPictures, type NoiseHooks, type NoiseTask } from './task.ts';

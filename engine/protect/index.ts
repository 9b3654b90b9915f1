/** One photo from file to protection to protected copy: the pipeline that the app and the command line both call. */
export { WATCH_LIMITS, type BackendParts, type DroppedRuntime } from './backend.ts';
export { openEngine, type Engine, type EngineOptions, type ProtectHooks, type ProtectRequest } from './engine.ts';
export {
  DESCRIPTION_FILE,
  loadGenerator,
  WEIGHTS_FILE,
  type Generator,
  type GeneratorDescription,
} from './generator.ts';
export { NOISE_VERSION, NoiseOptimizer } from './photoNoise.ts';
export { CANVAS_SIZE } from './photoProblem.ts';
export { installedRuntimes, openRuntime } from './openRuntime.ts';
export { chooseTargetClass, seedFor } from './targetClass.ts';
export { serveTrials, type TrialPort } from './trials.ts';
export * from './types.ts';

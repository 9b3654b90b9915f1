/** One photo from file to protection to protected copy: the pipeline that the app and the command line both call. */
export { openEngine, type Engine, type EngineOptions, type ProtectHooks, type ProtectRequest } from './engine.ts';
export {
  DESCRIPTION_FILE,
  loadGenerator,
  WEIGHTS_FILE,
  type Generator,
  type GeneratorDescription,
} from './generator.ts';
export { CANVAS_SIZE, NOISE_VERSION, NoiseOptimizer } from './photoNoise.ts';
export { openRuntime, RUNTIME_CHOICES, type RuntimeChoice } from './runtimeChoice.ts';
export { chooseTargetClass, seedFor } from './targetClass.ts';
export * from './types.ts';

/** The engine's public index: what the desktop program may use. */
export * from './auto/index.ts';
export { fromFailure, toFailure, UserError, type ErrorCode, type Failure } from './errors.ts';
export * from './photo/index.ts';
export * from './protect/index.ts';

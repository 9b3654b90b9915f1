/** The engine's public index: what the desktop program may use. */
export * from './auto/index.ts';
export { fromFailure, toFailure, UserError, type ErrorCode, type Failure } from './errors.ts';
export {
  testProtection,
  type MinimumPhotos,
  type ProtectionTest,
  type ProtectionTestHooks,
  type ProtectionTestProgress,
  type ProtectionTestRequest,
  type TestedAlbum,
} from './evaluate/index.ts';
export { hashFile } from './files/index.ts';
export * from './photo/index.ts';
export * from './protect/index.ts';

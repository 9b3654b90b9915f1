/**
 * The stranger: someone who trains models on what was uploaded. Trains from nothing on protected copies by album, and
 * on the originals, and tells how well each model does on clean photos that it has never seen.
 */
export { COUNTERMEASURES_IN_WORDS, parseCountermeasure, type Countermeasure } from './countermeasure.ts';
export { conditionName } from './conditions.ts';
export {
  assertLessonsSuffice,
  checkedAlbums,
  evaluateAlbums,
  type EvaluationRequest,
  type ProtectionRequest,
} from './evaluate.ts';
export { ARCHITECTURES, type Architecture, STRANGER } from './settings.ts';
export { markdownReport, rowsTable, type TableContext } from './table.ts';
export {
  testProtection,
  type ProtectionTest,
  type ProtectionTestHooks,
  type ProtectionTestProgress,
  type ProtectionTestRequest,
  type TestedAlbum,
  type TestedPhoto,
  type TestPoint,
} from './testProtection.ts';
export type * from './types.ts';
export { parseUpload, UPLOADS_IN_WORDS, type Upload } from './uploads.ts';

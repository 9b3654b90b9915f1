/**
 * Files and folders of the user's: finding photos, and what the system says about them, in words. Nothing here loads the
 * photo library, so that the window's process may use it too.
 */
export { supportedExtensions } from './extensions.ts';
export { fileFailure, nameOf, photoError, readFailure, renameFailure, systemCode, writeFailure } from './failure.ts';
export { hashFile } from './hash.ts';
export { nameKey } from './nameKey.ts';
export { makeFolders, replaceFile } from './replaceFile.ts';
export { isTemporaryName, sweepTemporaryFiles, temporaryPath } from './temporary.ts';
export { scanFolder, type Found } from './scan.ts';
export { assertUnchanged, isSameStamp, stampOf, type FileStamp } from './unchanged.ts';
export { workerFile } from './workerFile.ts';

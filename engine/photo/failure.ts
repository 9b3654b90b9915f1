import { UserError } from '../errors.ts';
import { nameOf, photoError } from '../files/index.ts';

/** What libvips says: its errors are WebAssembly exceptions whose message is a list of the C++ type and the text. */
function libraryMessage(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return String(thrown);
  return Array.isArray(thrown.message) ? thrown.message.join(': ') : String(thrown.message);
}

/** What libvips says about a file that it cannot decode, as a sentence. */
export function decodeFailure(path: string, thrown: unknown): UserError {
  if (thrown instanceof UserError) return thrown;
  const message = libraryMessage(thrown);
  const name = nameOf(path);
  if (
    /out of memory|unable to allocate|memory allocation|cannot enlarge memory|bad_alloc|unable to malloc/i.test(message)
  ) {
    return photoError(
      'too-large',
      path,
      `${name} needs more memory than there is.`,
      'Save a smaller version of it and use that one.',
      thrown,
    );
  }
  if (
    /premature|truncat|end of (file|stream|image)|unexpected end|not enough|short read|read error|too short/i.test(
      message,
    )
  ) {
    return photoError(
      'corrupt',
      path,
      `${name} is damaged: it ends too early.`,
      'Copy it again from the camera or from a backup.',
      thrown,
    );
  }
  return photoError(
    'corrupt',
    path,
    `${name} is damaged and cannot be decoded whole.`,
    'Copy it again from the camera or from a backup.',
    thrown,
  );
}

/** The sentence for a camera's raw file. */
export function rawError(path: string): UserError {
  return photoError(
    'unsupported',
    path,
    `${nameOf(path)} is a camera’s raw file, not a finished picture.`,
    'Develop it and import the JPEG or TIFF that you would publish.',
  );
}

/** The sentence for a file of several pictures; `what` is its predicate. */
export function multiPageError(path: string, what: string): UserError {
  return photoError(
    'multi-page',
    path,
    `${nameOf(path)} ${what}; Stillgrain protects single photos.`,
    'Save the picture that you want as a file of its own.',
  );
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { readFailure } from './failure.ts';

/**
 * SHA-256 of the file's bytes as 64 hexadecimal digits, read piece by piece.
 * @throws UserError when the file has vanished or cannot be read.
 */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  } catch (thrown) {
    throw readFailure(path, thrown);
  }
  return hash.digest('hex');
}

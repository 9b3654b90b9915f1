import { rename, writeFile } from 'node:fs/promises';

/** Writes a file whole or not at all, in place of what has its name: beside it, flushed, then renamed. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.part`, content, { flush: true });
  await rename(`${path}.part`, path);
}

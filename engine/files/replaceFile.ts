import { rename, writeFile } from 'node:fs/promises';

/** Writes a file whole or not at all: beside it under a temporary name, flushed, then renamed. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.part`, content, { flush: true });
  await rename(`${path}.part`, path);
}

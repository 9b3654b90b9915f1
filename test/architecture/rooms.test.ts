import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, readSources, type Import } from './imports.ts';
import { cyclesIn, violationOf } from './rules.ts';

const imports = readSources(resolve(import.meta.dirname, '../..'), ['engine', 'electron', 'renderer']).flatMap(
  importsOf,
);

function violations(found: readonly Import[]): string[] {
  return found.map(violationOf).filter((sentence) => sentence !== null);
}

describe('the rooms of the design', () => {
  test('know only whom they may know', () => {
    expect(imports.length).toBeGreaterThan(0);
    expect(violations(imports)).toEqual([]);
  });

  test('have no circles', () => {
    expect(cyclesIn(imports)).toEqual([]);
  });
});

describe('a planted violation is found', () => {
  const planted = (file: string, text: string): string[] => violations(importsOf({ file, text }));

  test.each([
    ['renderer/src/a.ts', `import { requests } from '../../electron/ipc/contract.ts';`],
    ['renderer/src/a.ts', `import type { Canvas } from '../../engine/photo/types.ts';`],
    [
      'renderer/src/A.svelte',
      `<script lang="ts">\n  import { readFile } from 'node:fs/promises';\n</script>\n<p>a</p>`,
    ],
    ['renderer/src/A.svelte', `<script module lang="ts">\n  import { ipcRenderer } from 'electron';\n</script>`],
    ['electron/jobs/a.ts', `import { decode } from '../../engine/photo/index.ts';`],
    ['electron/jobs/a.ts', `import { STRENGTHS } from '../../engine/protect/types.ts';`],
    ['electron/jobs/a.ts', `export * from '../../renderer/src/a.ts';`],
    ['electron/jobs/a.ts', `const database = await import('better-sqlite3');`],
    ['electron/jobs/a.ts', `const database = require('better-sqlite3');`],
    ['engine/photo/a.ts', `import type { Settings } from '../../electron/ipc/contract.ts';`],
    ['engine/photo/a.ts', `let settings: import('../../electron/ipc/contract.ts').Settings;`],
    ['engine/protect/a.ts', `import Vips from 'wasm-vips';`],
    ['engine/sem/a.ts', `import * as ort from 'onnxruntime-node';`],
    ['engine/sem/a.ts', `import { sample } from '../../test/sample.ts';`],
    ['engine/sem/a.ts', `import { METHODS } from '../methods/index.ts';`],
    ['engine/protect/a.ts', `import type { Method } from '../methods/index.ts';`],
    ['engine/methods/a.ts', `import { readCanvas } from '../photo/index.ts';`],
  ])('%s: %s', (file, text) => {
    expect(planted(file, text)).toHaveLength(1);
  });

  test.each([
    ['renderer/src/a.ts', `import type { Settings } from '../../electron/ipc/contract.ts';`],
    [
      'renderer/src/A.svelte',
      `<script lang="ts">\n  import { type Settings } from '../../electron/ipc/contract.ts';\n</script>`,
    ],
    ['electron/jobs/a.ts', `import { protect } from '../../engine/index.ts';`],
    ['electron/ipc/a.ts', `import type { Canvas } from '../../engine/photo/types.ts';`],
    ['electron/catalog/a.ts', `import Database from 'better-sqlite3';`],
    ['engine/photo/a.ts', `import Vips from 'wasm-vips';\nimport { UserError } from '../errors.ts';`],
    ['engine/evaluate/a.ts', `import { METHODS } from '../methods/index.ts';`],
    ['engine/methods/a.ts', `import { stableNoise } from '../sem/index.ts';\nimport { Matrix } from 'ml-matrix';`],
  ])('and what is allowed is not: %s: %s', (file, text) => {
    expect(planted(file, text)).toEqual([]);
  });

  test('as is a circle, but not one of types', () => {
    const circle = (kind: string): Import[] => [
      ...importsOf({ file: 'engine/a.ts', text: `import ${kind} { b } from './b.ts';` }),
      ...importsOf({ file: 'engine/b.ts', text: `import { a } from './a.ts';` }),
    ];
    expect(cyclesIn(circle(''))).toEqual([['engine/a.ts', 'engine/b.ts', 'engine/a.ts']]);
    expect(cyclesIn(circle('type'))).toEqual([]);
  });
});

import type { Import } from './imports.ts';

/** Packages that only one room may know, so that replacing one stays a local change. */
const packageRooms: Readonly<Record<string, string>> = {
  'wasm-vips': 'engine/photo/',
  'better-sqlite3': 'electron/catalog/',
  'onnxruntime-node': 'engine/runtime/',
  protobufjs: 'engine/',
  'ml-matrix': 'engine/methods/',
  '@tensorflow/tfjs-core': 'engine/',
  '@tensorflow/tfjs-backend-cpu': 'engine/',
  electron: 'electron/',
};

/** What is wrong with one import, as a sentence, or null. The rooms are those of the design. */
export function violationOf(found: Import): string | null {
  const { from, to, typeOnly } = found;
  const says = (why: string): string => `${from} imports ${to}: ${why}.`;
  const owner = Object.entries(packageRooms).find(
    ([name]) => to === `package:${name}` || to.startsWith(`package:${name}/`),
  );
  if (owner !== undefined && !from.startsWith(owner[1])) return says(`only ${owner[1]} may know this package`);

  switch (roomOf(from)) {
    case 'renderer':
      if (to.startsWith('node:')) return says('the renderer runs in a sandbox without Node');
      if (!isOurs(to) || roomOf(to) === 'renderer') return null;
      if (!to.startsWith('electron/ipc/')) return says('the renderer may know electron/ipc only');
      return typeOnly ? null : says('the renderer may import only types from electron/ipc');
    case 'electron':
      if (!isOurs(to) || roomOf(to) === 'electron') return null;
      if (roomOf(to) !== 'engine') return says('electron may know the engine only');
      if (
        ['index.ts', 'errors.ts', 'files/index.ts', 'auto/index.ts', 'auto/candidates.ts'].some(
          (door) => to === `engine/${door}`,
        )
      )
        return null;
      if (/^engine\/[^/]+\/types\.ts$/.test(to) && typeOnly) return null;
      return says(
        'electron may know the engine only through engine/index.ts, errors.ts, files/, auto/ (their indexes), auto/candidates.ts and, as types, */types.ts',
      );
    case 'engine':
      if (!isOurs(to)) return null;
      if (roomOf(to) !== 'engine') return says('the engine may know no other room');
      return methodsRule(from, to, says);
    default:
      return null;
  }
}

/** Other methods are what SEM is compared with: they rest on it, and nothing that protects a photo rests on them. */
function methodsRule(from: string, to: string, says: (why: string) => string): string | null {
  const inside = 'engine/methods/';
  if (to.startsWith(inside) && ![inside, 'engine/evaluate/', 'engine/cli/'].some((room) => from.startsWith(room))) {
    return says('only engine/evaluate and engine/cli may know engine/methods');
  }
  const known = ['methods', 'sem', 'network', 'views', 'runtime', 'random'].map((room) => `engine/${room}/`);
  if (from.startsWith(inside) && to !== 'engine/errors.ts' && !known.some((room) => to.startsWith(room))) {
    return says('engine/methods may know the mathematics only: sem, network, views, runtime and random');
  }
  return null;
}

/** Circles of imports that are left after compilation, each as the files on its way; empty when there are none. */
export function cyclesIn(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly && isOurs(to)) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at !== -1) {
      cycles.push([...way.slice(at), file]);
      return;
    }
    if (finished.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...way, file]);
    finished.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return cycles;
}

function isOurs(target: string): boolean {
  return /^(engine|electron|renderer|test|scripts|assets)\//.test(target);
}

function roomOf(file: string): string {
  return file.slice(0, file.indexOf('/'));
}

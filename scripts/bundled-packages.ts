import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Plugin } from 'vite';

/** Where {@link recordBundledPackages} leaves its lists, one file for each part of the build. */
export const bundledPackagesFolder = 'out/bundled';

/**
 * A Vite plugin that writes down which packages' code went into a part of the build, so that their licences can be
 * collected (scripts/notices.ts): package folders relative to the repository's root, sorted, as a JSON list.
 *
 * @param part name of the list, for example `main`
 */
export function recordBundledPackages(part: string): Plugin {
  return {
    name: 'stillgrain:record-bundled-packages',
    apply: 'build',
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const [module, rendered] of Object.entries(output.modules)) {
          if (rendered.renderedLength === 0) continue;
          const folder = packageFolderOf(module.replace(/^\0/, '').replace(/\?.*$/, ''));
          if (folder !== null) folders.add(relative(process.cwd(), folder).split(sep).join('/'));
        }
      }
      mkdirSync(bundledPackagesFolder, { recursive: true });
      writeFileSync(join(bundledPackagesFolder, `${part}.json`), `${JSON.stringify([...folders].sort(), null, 2)}\n`);
    },
  };
}

/** The folder directly under (a nested) node_modules that a module lies in, or null for our own code. */
function packageFolderOf(module: string): string | null {
  if (!module.includes(`${sep}node_modules${sep}`)) return null;
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    const above = dirname(folder);
    const holder = above.endsWith(`${sep}node_modules`) ? above : dirname(above);
    const isPackage = holder.endsWith(`${sep}node_modules`) && (holder === above || /[\\/]@[^\\/]+$/.test(above));
    if (isPackage && existsSync(join(folder, 'package.json'))) return folder;
  }
  return null;
}

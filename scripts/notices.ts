import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { bundledPackagesFolder } from './bundled-packages.ts';

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().optional(), optional: z.boolean().optional() })),
});

/** Packages that bring no text of their licence: who holds the copyright, for the standard text in scripts/licences. */
const copyrightHolders: Readonly<Record<string, string>> = {
  '@tensorflow/tfjs-backend-cpu': 'Google LLC',
  '@tensorflow/tfjs-core': 'Google LLC',
  'onnxruntime-common': 'Microsoft Corporation',
  'onnxruntime-node': 'Microsoft Corporation',
  seedrandom: 'David Bau',
  tr46: 'Sebastian Mayr',
};

/** One third-party package that is part of what people install. */
interface ShippedPackage {
  name: string;
  version: string;
  licence: string;
  texts: string[];
}

/**
 * The licences of everything that ships beside our own code, as one text: the packages whose code the build took in
 * and those that are installed beside it. Electron's and Chromium's own licences lie beside the executable.
 *
 * @param root the repository's root, after a build
 * @throws when a package states no licence or brings no text of it and is not in {@link copyrightHolders}
 */
export async function collectNotices(root: string): Promise<string> {
  const folders = [...new Set([...(await bundledPackages(root)), ...(await installedPackages(root))])].sort();
  const packages = await Promise.all(folders.map((folder) => readPackage(root, folder)));
  const head = [
    'Stillgrain contains the work of others, each under its own licence.',
    "Electron's licence and those of Chromium's parts are in LICENSE.electron.txt and LICENSES.chromium.html.",
    '',
    ...packages.map(({ name, version, licence }) => `${name} ${version}: ${licence}`),
  ];
  const chapters = packages.map(({ name, version, texts }) => {
    const line = '='.repeat(80);
    return [`${line}\n${name} ${version}\n${line}`, ...texts].join('\n\n');
  });
  return `${[head.join('\n'), ...chapters].join('\n\n')}\n`;
}

async function bundledPackages(root: string): Promise<string[]> {
  const parts = ['main', 'preload', 'renderer'];
  const lists = await Promise.all(
    parts.map(async (part) =>
      z.array(z.string()).parse(JSON.parse(await readFile(join(root, bundledPackagesFolder, `${part}.json`), 'utf8'))),
    ),
  );
  return lists.flat();
}

/** Folders of the packages that are installed beside our code: what the lock file does not mark as for development. */
async function installedPackages(root: string): Promise<string[]> {
  const lock = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(lock.packages)
    .filter(([folder, entry]) => folder !== '' && entry.dev !== true && entry.optional !== true)
    .map(([folder]) => folder);
}

async function readPackage(root: string, folder: string): Promise<ShippedPackage> {
  const path = join(root, folder);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(path, 'package.json'), 'utf8')));
  if (manifest.license === undefined) throw new Error(`${manifest.name} states no licence: it must not be shipped.`);
  const names = (await readdir(path)).filter((name) => /^(licen[cs]e|copying|notice|third-?party)/i.test(name)).sort();
  const texts = await Promise.all(names.map(async (name) => (await readFile(join(path, name), 'utf8')).trim()));
  if (texts.length === 0) texts.push(await standardText(root, manifest.name, manifest.license));
  return { name: manifest.name, version: manifest.version, licence: manifest.license, texts };
}

async function standardText(root: string, name: string, licence: string): Promise<string> {
  const holder = copyrightHolders[name];
  if (holder === undefined)
    throw new Error(`${name} brings no text of its licence (${licence}): name its copyright holder.`);
  const text = await readFile(join(root, 'scripts', 'licences', `${licence}.txt`), 'utf8');
  return `Copyright (c) ${holder}\n\n${text.trim()}`;
}

/**
 * `npm run package`: what people install, for this platform. Always the unpacked program; on Linux a .tar.gz and,
 * where dpkg-deb is there, a .deb as well. `npm run package -- --release` makes every target of electron-builder.yml,
 * which needs tools from outside npm.
 */
import { build } from 'electron-builder';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { collectNotices } from './notices.ts';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');
const electronSchema = z.object({ source: z.string(), version: z.string(), dist: z.string() });

async function main(): Promise<void> {
  const isRelease = process.argv.includes('--release');
  const electron = electronSchema.parse(JSON.parse(await readFile(join(root, '.stillgrain', 'electron.json'), 'utf8')));
  if (electron.source !== 'electron') {
    if (isRelease) throw new Error(`A release needs Electron itself; ${electron.source} is for tests only.`);
    console.log(
      `This package contains ${electron.source} ${electron.version}: for tests on this machine, not to be handed out.`,
    );
  }
  await rm(dist, { recursive: true, force: true });
  await writeFile(join(root, 'out', 'NOTICES'), await collectNotices(root));

  const isLinux = process.platform === 'linux';
  const made = await build({
    projectDir: root,
    publish: 'never',
    ...(isRelease ? {} : isLinux ? { linux: ['dir', 'tar.gz'] } : { dir: true }),
    config: {
      extends: join(root, 'electron-builder.yml'),
      electronVersion: electron.version,
      // Where the Electron is that set-up found, for its own platform and processor; a release downloads each.
      ...(isRelease && !isLinux ? {} : { electronDist: electron.dist }),
    },
  });
  if (isLinux) {
    const deb = await packDebian();
    if (deb !== null) made.push(deb);
  }
  console.log(['Made in dist/:', ...made.map((file) => `  ${file}`)].join('\n'));
}

/** A .deb of the unpacked program, or null where the tool for it is missing. */
async function packDebian(): Promise<string | null> {
  try {
    await promisify(execFile)('dpkg-deb', ['--version']);
  } catch {
    console.log('No .deb: dpkg-deb is not on this system.');
    return null;
  }
  const { default: createDebian } = await import('electron-installer-debian');
  const isArm = process.arch === 'arm64';
  const { packagePaths } = await createDebian({
    src: join(dist, isArm ? 'linux-arm64-unpacked' : 'linux-unpacked'),
    dest: dist,
    arch: isArm ? 'arm64' : 'amd64',
    options: {
      name: 'stillgrain',
      productName: 'Stillgrain',
      bin: 'stillgrain',
      section: 'graphics',
      categories: ['Graphics', 'Photography'],
      description: 'Makes photos unlearnable',
      productDescription: 'Adds a noise too small to see to your photos, so that models trained on them learn nothing.',
      maintainer: 'The Stillgrain developers',
      // Quick to make; a release is packed small by its own tools.
      compression: 'gzip',
      icon: Object.fromEntries(
        [16, 32, 48, 64, 128, 256, 512].map((size) => {
          const name = `${String(size)}x${String(size)}`;
          return [name, join(root, 'assets', 'icons', `${name}.png`)];
        }),
      ),
    },
  });
  return packagePaths[0] ?? null;
}

await main();

/**
 * `npm run package`: the unpacked program for this platform and, on Linux, a .deb of it (a .tar.gz where dpkg-deb is
 * missing). `npm run package -- --release` makes every target of electron-builder.yml, which needs tools from outside
 * npm.
 */
import { path7za } from '7zip-bin';
import { build } from 'electron-builder';
import createDebian from 'electron-installer-debian';
import { execFile } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
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

  // electron-builder would download its packer; npm carries the same one.
  await chmod(path7za, 0o755);
  process.env['ELECTRON_BUILDER_7ZIP_PATH'] = path7za;

  const isLinux = process.platform === 'linux';
  const canPackDebian = isLinux && (await answers('dpkg-deb'));
  const made = await build({
    projectDir: root,
    publish: 'never',
    ...(isRelease ? {} : isLinux ? { linux: canPackDebian ? ['dir'] : ['dir', 'tar.gz'] } : { dir: true }),
    config: {
      extends: join(root, 'electron-builder.yml'),
      electronVersion: electron.version,
      // Where the Electron is that set-up found, for its own platform and processor; a release downloads each.
      ...(isRelease && !isLinux ? {} : { electronDist: electron.dist }),
    },
  });
  if (canPackDebian) made.push(...(await packDebian()));
  console.log(['Made in dist/:', ...made.map((file) => `  ${file}`)].join('\n'));
}

/** Makes a .deb of the unpacked program. */
async function packDebian(): Promise<string[]> {
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
      productDescription:
        'Adds a faint noise to your photos, so that models trained on them learn less about the pictures.',
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
  return packagePaths;
}

async function answers(program: string): Promise<boolean> {
  try {
    await promisify(execFile)(program, ['--version']);
    return true;
  } catch {
    return false;
  }
}

try {
  await main();
} catch (error) {
  console.error(`The packages could not be made: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

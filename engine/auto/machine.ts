import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, platform, release } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const requirePackage = createRequire(import.meta.url);

/**
 * Identifies everything that a trial's result depends on: versions, processor, graphics cards with their drivers,
 * threads, generator. When it changes, everything is tried again.
 * @param graphics what else is known of the graphics cards, from whoever can ask the system
 */
export async function machineKey(generatorFolder: string, threads: number | null, graphics = ''): Promise<string> {
  const parts = {
    onnxruntime: versionOf('onnxruntime-node'),
    tfjsNode: versionOf('@tensorflow/tfjs-node'),
    tfjsNodeGpu: versionOf('@tensorflow/tfjs-node-gpu'),
    node: process.versions.node,
    electron: 'electron' in process.versions ? process.versions.electron : '',
    system: `${platform()} ${release()} ${arch()}`,
    processor: `${cpus()[0]?.model ?? ''} ${availableParallelism()}`,
    graphics: [graphics, ...(await linuxGraphics())],
    threads,
    generator: await generatorHash(generatorFolder),
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function versionOf(name: string): string {
  try {
    return z.object({ version: z.string() }).parse(requirePackage(`${name}/package.json`)).version;
  } catch {
    return ''; // Not installed.
  }
}

/** The hash that the generator's description names. A generator that cannot be read has none; opening it says why. */
async function generatorHash(folder: string): Promise<string> {
  try {
    const text = await readFile(join(folder, 'generator.json'), 'utf8');
    return z.object({ sha256: z.string() }).parse(JSON.parse(text)).sha256;
  } catch {
    return '';
  }
}

/**
 * Graphics cards (vendor and device) and driver versions, as Linux tells them without any tool, and which drivers
 * the user has picked. Drivers that are part of the kernel have its version. Elsewhere the system's own version
 * stands for its drivers, unless the caller knows more.
 */
async function linuxGraphics(): Promise<string[]> {
  if (platform() !== 'linux') return [];
  const names = await readdir('/sys/class/drm').catch(() => []);
  const files = [
    ...names
      .filter((name) => /^card\d+$/.test(name))
      .flatMap((card) => ['vendor', 'device'].map((part) => `/sys/class/drm/${card}/device/${part}`)),
    ...['nvidia', 'amdgpu', 'i915', 'xe'].map((module) => `/sys/module/${module}/version`),
  ];
  const read = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return [
    ...read.map((text) => text.trim()),
    process.env['VK_ICD_FILENAMES'] ?? '',
    process.env['VK_DRIVER_FILES'] ?? '',
  ];
}

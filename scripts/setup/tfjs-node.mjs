/**
 * Makes @tensorflow/tfjs-node run on linux-x64 from the package registries alone: its own install script fetches
 * TensorFlow from a place of its own and builds nothing for newer versions of Node. Here npm brings the package, pip
 * the library (both only with the content that scripts/tfjs-node/ names), and the system's compiler the little
 * binding between them. Everything lies in .stillgrain/; nothing of it is part of the installation.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { noteWorker } from './lock.mjs';
import { npm } from './npm.mjs';
import { root, stateFolder } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { keepTelling, say, secondsSince, SetUpError } from './say.mjs';
import { hashOfSources } from './stamp.mjs';

const recipe = 'scripts/tfjs-node';

/** What is needed of TensorFlow's wheel: two libraries, the headers of its C interface, its licences. */
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const EXTRACT = `
import re, sys, zipfile
wanted = re.compile(r'tensorflow/(libtensorflow_(cc|framework)\\.so\\.2|THIRD_PARTY_NOTICES\\.txt|include/(tensorflow/(c|core/platform|tsl)|tsl|xla/tsl|external/local_xla/xla/tsl)/.*\\.h)$')
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if wanted.fullmatch(name)])
`;

/** The folder for this recipe; another recipe has another. */
const folder = () => join(stateFolder, `tfjs-node-${hashOfSources([recipe]).slice(0, 12)}`);

/**
 * Puts tfjs-node where Node finds it, when it has been made.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function withTfjsNode(environment) {
  if (!existsSync(join(folder(), 'complete'))) return environment;
  const paths = [join(folder(), 'node_modules'), environment.NODE_PATH].filter(Boolean);
  return { ...environment, NODE_PATH: paths.join(delimiter), TF_CPP_MIN_LOG_LEVEL: '2' };
}

/** Makes it, unless it is there. */
export async function bringTfjsNode(node) {
  if (existsSync(join(folder(), 'complete'))) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetUpError(
      'tfjs-node can be made here for Linux on x64 only.',
      'On other systems try: npm install --no-save @tensorflow/tfjs-node',
    );
  }
  const started = performance.now();
  say('Making tfjs-node: its package by npm, TensorFlow by pip (260 MB), and the binding with g++.');
  const building = `${folder()}.part`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    copyFileSync(join(root, recipe, file), join(building, file));
  await npm(['ci'], { cwd: building, node, doing: 'fetching @tensorflow/tfjs-node' });
  await bringTensorFlow(building);
  await compileBinding(building);
  rmSync(join(building, 'wheel'), { recursive: true });
  writeFileSync(join(building, 'complete'), '');
  renameSync(building, folder());
  say(`tfjs-node is there (${secondsSince(started)}).`);
}

async function bringTensorFlow(building) {
  const wheel = join(building, 'wheel');
  await run(
    'python3',
    [
      ...['-m', 'pip', 'download', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'],
      ...['--implementation', 'cp', '--python-version', '3.11', '--platform', 'manylinux_2_17_x86_64'],
      ...['--require-hashes', '-r', join(root, recipe, 'requirements.txt'), '-d', wheel],
    ],
    'fetching TensorFlow with pip',
    'Install Python 3 with pip, and check the network connection (and pip’s settings, if you need some).',
  );
  const [file] = readdirSync(wheel);
  await run('python3', ['-c', EXTRACT, join(wheel, file), wheel], 'unpacking TensorFlow', 'Free about 2 GB of disk.');
}

async function compileBinding(building) {
  const modules = join(building, 'node_modules');
  const target = join(modules, '@tensorflow', 'tfjs-node');
  const tensorflow = join(building, 'wheel', 'tensorflow');
  const binding = join(target, 'lib', 'napi-v8');
  const libraries = join(target, 'deps', 'lib');
  mkdirSync(binding, { recursive: true });
  mkdirSync(libraries, { recursive: true });
  for (const library of LIBRARIES) renameSync(join(tensorflow, library), join(libraries, library));
  await run(
    'g++',
    [
      ...['-O2', '-fPIC', '-shared', '-std=c++17', '-DNAPI_VERSION=8'],
      ...[join(modules, 'node-api-headers', 'include'), join(tensorflow, 'include'), target].map((path) => `-I${path}`),
      ...['-o', join(binding, 'tfjs_binding.node')],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(target, 'binding', source)),
      ...LIBRARIES.map((library) => join(libraries, library)),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ],
    'compiling the binding of tfjs-node',
    'Install g++ (for example the package build-essential) and run the same command again.',
  );
}

async function run(command, args, doing, remedy) {
  const stopTelling = keepTelling(doing);
  try {
    const { code, output } = await runQuietly(command, args, { onStart: noteWorker });
    if (code === 0) return;
    // Addresses say nothing to a reader and may hold somebody's token.
    const words = output
      .replace(/https?:\/\/\S+/g, '<address>')
      .trim()
      .split('\n')
      .slice(-8)
      .join('\n');
    throw new SetUpError(`${doing[0].toUpperCase()}${doing.slice(1)} did not work: ${words}`, remedy);
  } finally {
    stopTelling();
  }
}

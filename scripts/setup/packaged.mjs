import { join } from 'node:path';
import { root } from './paths.mjs';

/** Where electron-builder leaves the unpacked program of this platform. */
export function packagedExecutable() {
  const dist = join(root, 'dist');
  switch (process.platform) {
    case 'darwin':
      return join(dist, process.arch === 'arm64' ? 'mac-arm64' : 'mac', 'Stillgrain.app', 'Contents/MacOS/Stillgrain');
    case 'win32':
      return join(dist, 'win-unpacked', 'Stillgrain.exe');
    default:
      return join(dist, process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked', 'stillgrain');
  }
}

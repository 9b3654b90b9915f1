/** The part of electron-installer-debian 4 that scripts/package.ts uses; the package brings no types. */
declare module 'electron-installer-debian' {
  interface DebianOptions {
    name: string;
    productName: string;
    bin: string;
    section: string;
    categories: string[];
    description: string;
    productDescription: string;
    maintainer: string;
    compression: 'xz' | 'gzip' | 'zstd' | 'none';
    /** PNG files by size, as `48x48`. */
    icon: Record<string, string>;
  }

  export default function createDebian(data: {
    src: string;
    dest: string;
    arch: 'amd64' | 'arm64';
    options: DebianOptions;
  }): Promise<{ packagePaths: string[] }>;
}

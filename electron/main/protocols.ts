import { protocol, type Session } from 'electron';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { UserError } from '../../engine/errors.ts';
import type { ImageFile, Images } from '../library/images.ts';
import type { LibraryCopies } from '../library/libraryCopies.ts';
import { parseImageAddress, type ImageRequest } from './imageAddress.ts';

/** Nothing but our own files and pictures. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' photo:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must run before the app is ready. */
export function declareSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges },
    { scheme: 'photo', privileges },
  ]);
}

/** Serves the interface from `folder` as `app://main/`. */
export function serveInterface(session: Session, folder: string): void {
  session.protocol.handle('app', async (request) => {
    const url = URL.parse(request.url);
    const path = join(folder, normalize(decodePath(url?.pathname)));
    const type = TYPES[extname(path)];
    if (url?.host !== 'main' || !path.startsWith(folder + sep) || type === undefined) return notFound();
    try {
      return new Response(await readFile(path), {
        headers: {
          'content-type': type,
          'content-security-policy': CONTENT_SECURITY_POLICY,
          'x-content-type-options': 'nosniff',
          'cross-origin-opener-policy': 'same-origin',
        },
      });
    } catch {
      return notFound();
    }
  });
}

function decodePath(pathname: string | undefined): string {
  if (pathname === undefined || pathname === '/') return '/index.html';
  try {
    return decodeURIComponent(pathname);
  } catch {
    return '/';
  }
}

/** Serves pictures as `photo:`. What cannot be shown is a 404 that says nothing of paths. */
export function serveImages(session: Session, images: Images, copies: Pick<LibraryCopies, 'pathOf'>): void {
  session.protocol.handle('photo', async (request) => {
    const wish = parseImageAddress(request.url);
    if (wish === null) return notFound();
    try {
      // A copy that has gone to free space is made again first.
      if (wish.kind === 'protected') await copies.pathOf(wish.id);
      const image = await find(images, wish);
      const { size } = await stat(image.path);
      const stream = Readable.toWeb(createReadStream(image.path));
      return new Response(stream, {
        headers: {
          'content-type': image.type,
          'content-length': String(size),
          'x-content-type-options': 'nosniff',
          // A photo's file may change under the same address; making it anew is the cache's business.
          'cache-control': 'no-cache',
        },
      });
    } catch (thrown) {
      if (!(thrown instanceof UserError)) console.error(thrown);
      return notFound();
    }
  });
}

function find(images: Images, wish: ImageRequest): Promise<ImageFile> {
  switch (wish.kind) {
    case 'thumb':
      return images.thumbnail(wish.id, wish.edge);
    case 'original':
      return images.original(wish.id);
    case 'protected':
      return images.protectedCopy(wish.id);
    case 'noise':
      return images.noise(wish.id);
    case 'preview':
      return images.preview(wish.id);
    case 'preview-noise':
      return images.previewNoise(wish.id);
  }
}

function notFound(): Response {
  return new Response(null, { status: 404 });
}

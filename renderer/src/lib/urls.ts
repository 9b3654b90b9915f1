/**
 * Addresses of images, which the main process answers on the `photo:` protocol. Those of photos carry the version of
 * the content, so that a photo that was edited is another picture.
 */
import type { PhotoSummary } from '../../../electron/ipc/contract.ts';

type Version = Pick<PhotoSummary, 'photoId' | 'version'>;

/** Long edges that thumbnails are asked for in, so that a slider does not make a new file for every pixel. */
const EDGES = [160, 256, 384, 512, 768, 1024] as const;

/** The upright thumbnail whose long edge is at least `edge` device pixels (at most 1024). */
export function thumbUrl({ photoId, version }: Version, edge: number): string {
  const step = EDGES.find((candidate) => candidate >= edge) ?? EDGES[EDGES.length - 1] ?? 1024;
  return `photo://thumb/${photoId}?edge=${step}&v=${version}`;
}

export function originalUrl({ photoId, version }: Version): string {
  return `photo://original/${photoId}?v=${version}`;
}

export function protectedUrl(protectionId: number): string {
  return `photo://protected/${protectionId}`;
}

export function noiseUrl(protectionId: number): string {
  return `photo://noise/${protectionId}`;
}

export function previewUrl(previewId: number): string {
  return `photo://preview/${previewId}`;
}

export function previewNoiseUrl(previewId: number): string {
  return `photo://preview-noise/${previewId}`;
}

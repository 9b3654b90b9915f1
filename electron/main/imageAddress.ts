/** What a `photo:` address asks for. */
export type ImageRequest =
  | { kind: 'thumb'; id: number; edge: number }
  | { kind: 'original' | 'protected' | 'noise' | 'preview' | 'preview-noise'; id: number };

const MIN_EDGE = 16;
const MAX_EDGE = 4096;
const USUAL_EDGE = 320;

/** Reads an address; null when it is not exactly one that the contract knows. */
export function parseImageAddress(address: string): ImageRequest | null {
  const url = URL.parse(address);
  if (url?.protocol !== 'photo:') return null;
  const id = positive(url.pathname.slice(1));
  if (id === null) return null;
  switch (url.host) {
    case 'thumb': {
      const wish = url.searchParams.get('edge');
      const edge = wish === null ? USUAL_EDGE : positive(wish);
      return edge === null || edge < MIN_EDGE || edge > MAX_EDGE ? null : { kind: 'thumb', id, edge };
    }
    case 'original':
    case 'protected':
    case 'noise':
    case 'preview':
    case 'preview-noise':
      return { kind: url.host, id };
    default:
      return null;
  }
}

function positive(text: string): number | null {
  const value = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
  return value;
}

/** Keys of the album's grid. */
import type { Shortcut } from '../lib/keys.ts';
import type { Direction } from '../lib/justify.ts';
import { albums } from '../state/albums.svelte.ts';
import { GAP, grid } from '../state/grid.svelte.ts';
import { photos } from '../state/photos.svelte.ts';
import { route } from '../state/route.svelte.ts';
import { viewer } from '../state/viewer.svelte.ts';

const group = 'Album';
const inAlbum = () => route.screen === 'album' && albums.open !== null && photos.order.length > 0;
const hasProtected = () => inAlbum() && (albums.open?.protected ?? 0) > 0;
const inGrid = () => inAlbum() && !viewer.isOpen;

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'home',
  End: 'end',
  PageUp: 'page-up',
  PageDown: 'page-down',
};

/** What the help says of several keys at once; it stands with the first of them. */
const HELP: Readonly<Record<string, { help: string; shown: readonly string[] }>> = {
  ArrowLeft: { help: 'Walk over the photos', shown: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] },
  Home: { help: 'First and last photo', shown: ['Home', 'End'] },
  PageUp: { help: 'A screen up and down', shown: ['PageUp', 'PageDown'] },
  'shift+ArrowLeft': { help: 'Select on the way', shown: ['shift+ArrowLeft', 'shift+ArrowRight'] },
};

const moving: readonly Shortcut[] = ['', 'shift+'].flatMap((shift) =>
  Object.entries(DIRECTIONS).map(([key, direction]) => ({
    keys: [shift + key],
    ...(HELP[shift + key] ?? { help: '' }),
    group,
    when: inGrid,
    run: () => grid.move(direction, shift !== ''),
  })),
);

/** What an action works on when it is called by key: the selection, or everything. */
function chosen(): readonly number[] | null {
  return photos.selectedIds.length > 0 ? photos.selectedIds : null;
}

function open(name: 'protect' | 'export'): void {
  if (albums.openId !== null) route.open({ name, albumId: albums.openId, photoIds: chosen() });
}

function openTest(): void {
  if (albums.openId !== null) route.open({ name: 'test', albumId: albums.openId });
}

export const gridKeys: readonly Shortcut[] = [
  ...moving,
  { keys: ['Space'], help: 'Select or deselect', group, when: inGrid, run: () => grid.toggleCursor() },
  { keys: ['mod+a'], help: 'Select all', group, when: inGrid, run: () => grid.selectAll() },
  { keys: ['Escape', 'mod+d'], help: 'Select nothing', group, when: inGrid, run: () => grid.selectNone() },
  { keys: ['e', 'Enter'], help: 'Loupe', group, when: inGrid, run: () => viewer.open('loupe') },
  { keys: ['y'], help: 'Compare with the original', group, when: inGrid, run: () => viewer.toggleCompare() },
  { keys: ['p'], help: 'Protect the selection or the album', group, when: inAlbum, run: () => open('protect') },
  { keys: ['t'], help: 'Test my protection', group, when: hasProtected, run: openTest },
  { keys: ['x'], help: 'Export for upload', group, when: inAlbum, run: () => open('export') },
  {
    keys: ['Delete', 'Backspace'],
    help: 'Remove from the album (can be undone)',
    group,
    when: inGrid,
    run: () => void photos.remove(photos.selectedIds),
  },
  {
    keys: ['+', '='],
    help: 'Larger and smaller thumbnails',
    shown: ['+', '-'],
    group,
    when: inGrid,
    run: () => (grid.size = (grid.size + GAP) * 1.15),
  },
  { keys: ['-'], help: '', group, when: inGrid, run: () => (grid.size = grid.size / 1.15 - GAP) },
];

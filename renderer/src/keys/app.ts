/** Keys that work on every screen. */
import type { Shortcut } from '../lib/keys.ts';
import { albums } from '../state/albums.svelte.ts';
import { imports } from '../state/imports.svelte.ts';
import { route } from '../state/route.svelte.ts';
import { viewer } from '../state/viewer.svelte.ts';

const group = 'Everywhere';
const albumShown = () => route.screen === 'album' && albums.open !== null;

/** Another screen is not shown behind the viewer. */
function leave(show: () => void): void {
  viewer.close();
  show();
}

export const appKeys: readonly Shortcut[] = [
  { keys: ['?'], help: 'Show the keys', group, run: () => route.open({ name: 'keys' }) },
  { keys: ['mod+,'], help: 'Settings', group, run: () => leave(() => route.showSettings('general')) },
  { keys: ['mod+j'], help: 'Queue', group, run: () => leave(() => route.show('queue')) },
  { keys: ['mod+n'], help: 'New album', group, run: () => route.open({ name: 'new-album' }) },
  { keys: ['mod+o'], help: 'Add a folder', group, run: () => void imports.chooseFolders(null) },
  {
    keys: ['mod+shift+o'],
    help: 'Add photos to the open album',
    group,
    run: () => void imports.chooseFiles(albums.openId),
  },
  {
    keys: ['F2'],
    help: 'Rename the album',
    group,
    when: () => albumShown() && !viewer.isOpen,
    run: () => albums.openId !== null && void albums.startRenaming(albums.openId),
  },
];

/** Which screen and which dialog are shown. */

export type Screen = 'album' | 'queue' | 'settings';
export type SettingsPage = 'general' | 'processing' | 'protection' | 'about';

export type DialogName =
  | { readonly name: 'protect'; readonly albumId: number; readonly photoIds: readonly number[] | null }
  | { readonly name: 'export'; readonly albumId: number; readonly photoIds: readonly number[] | null }
  | { readonly name: 'test'; readonly albumId: number }
  | { readonly name: 'keys' }
  | { readonly name: 'new-album' };

class Route {
  screen = $state<Screen>('album');
  settingsPage = $state<SettingsPage>('general');
  dialog = $state.raw<DialogName | null>(null);

  show(screen: Screen): void {
    this.screen = screen;
  }

  showSettings(page: SettingsPage): void {
    this.settingsPage = page;
    this.screen = 'settings';
  }

  open(dialog: DialogName): void {
    this.dialog = dialog;
  }

  close(): void {
    this.dialog = null;
  }
}

export const route = new Route();

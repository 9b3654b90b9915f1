/** What the program is, and what the user has chosen. */
import { MediaQuery } from 'svelte/reactivity';
import type { AppInfo, Settings } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { notices } from './notices.svelte.ts';

class SettingsState {
  info = $state.raw<AppInfo | null>(null);
  current = $state.raw<Settings | null>(null);
  readonly #systemDark = new MediaQuery('prefers-color-scheme: dark');
  readonly theme = $derived.by((): 'light' | 'dark' => {
    const chosen = this.current?.theme ?? 'system';
    if (chosen !== 'system') return chosen;
    return this.#systemDark.current ? 'dark' : 'light';
  });

  async load(): Promise<void> {
    this.current = await request('settings.get');
  }

  /** Takes longer than the rest: it answers when the engine has been loaded. */
  async loadInfo(): Promise<void> {
    this.info = await request('app.info');
    for (const sentence of this.info.notices) notices.tell('warning', sentence);
    if (this.info.runtime.notice !== null) notices.tell('warning', this.info.runtime.notice);
  }

  /** Shows the change at once; takes it back when it could not be kept. */
  async change(patch: Partial<Settings>): Promise<void> {
    const before = this.current;
    if (before === null) return;
    this.current = { ...before, ...patch };
    try {
      this.current = await request('settings.set', patch);
      if (patch.runtime !== undefined || patch.threads !== undefined) this.info = await request('app.info');
    } catch (thrown) {
      this.current = before;
      notices.fail(thrown);
    }
  }
}

export const settings = new SettingsState();

/** What the program is, and what the user has chosen. */
import { MediaQuery } from 'svelte/reactivity';
import type { AppInfo, EngineInfo, Settings } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { notices } from './notices.svelte.ts';

class SettingsState {
  info = $state.raw<AppInfo | null>(null);
  /** Null until the engine has been loaded. */
  engine = $state.raw<EngineInfo | null>(null);
  current = $state.raw<Settings | null>(null);
  readonly #systemDark = new MediaQuery('prefers-color-scheme: dark');
  readonly theme = $derived.by((): 'light' | 'dark' => {
    const chosen = this.current?.theme ?? 'system';
    if (chosen !== 'system') return chosen;
    return this.#systemDark.current ? 'dark' : 'light';
  });

  async load(): Promise<void> {
    this.current = await request('settings.get');
    this.info = await request('app.info');
    for (const sentence of this.info.notices) notices.tell('warning', sentence);
  }

  /** Takes longer than the rest. */
  async loadEngine(): Promise<void> {
    this.engine = await request('app.engine');
    if (this.engine.runtime.notice !== null) notices.tell('warning', this.engine.runtime.notice);
  }

  /** What is known of the ways of computing has changed: another one may be in use. */
  async engineChanged(): Promise<void> {
    if (this.engine !== null) this.engine = await request('app.engine');
  }

  /** Shows the change at once; takes it back when it could not be kept. */
  async change(patch: Partial<Settings>): Promise<void> {
    const before = this.current;
    if (before === null) return;
    this.current = { ...before, ...patch };
    try {
      this.current = await request('settings.set', patch);
      if (patch.runtime !== undefined || patch.threads !== undefined) this.engine = await request('app.engine');
    } catch (thrown) {
      this.current = before;
      notices.fail(thrown);
    }
  }
}

export const settings = new SettingsState();

import { toFailure, type UserError } from '../../engine/errors.ts';
import type { Emit } from '../events.ts';
import type { EngineDescription } from '../jobs/engineCalls.ts';
import type { AppInfo, EngineInfo, Settings, SettingsChange } from './contract.ts';
import type { Handlers } from './handle.ts';

export interface AppParts {
  version: string;
  platform: string;
  sampleAlbum: boolean;
  notices: string[];
  settings: { get(): Settings; set(change: SettingsChange): Promise<Settings> };
  describeEngine: () => Promise<EngineDescription>;
  emit: Emit;
}

export function appHandlers(
  parts: AppParts,
): Pick<Handlers, 'app.info' | 'app.engine' | 'settings.get' | 'settings.set'> {
  const { settings, emit } = parts;
  return {
    'app.info': (): AppInfo => ({
      version: parts.version,
      platform: parts.platform,
      sampleAlbum: parts.sampleAlbum,
      notices: parts.notices.splice(0),
    }),
    'app.engine': () =>
      parts.describeEngine().then(({ generator, runtime }): EngineInfo => ({ generator, runtime }), withoutEngine),
    'settings.get': () => settings.get(),
    'settings.set': async (change) => {
      const changed = await settings.set(change);
      emit('settings.changed', changed);
      return changed;
    },
  };
}

/** The library can be looked at without an engine; the notice says why nothing can be protected. */
function withoutEngine(thrown: unknown): EngineInfo {
  const { problem, remedy }: Pick<UserError, 'problem' | 'remedy'> = toFailure(thrown);
  return {
    generator: { name: 'none', sha256: '', classes: 0, licence: '' },
    runtime: { name: 'none', notice: `${problem} ${remedy}` },
  };
}

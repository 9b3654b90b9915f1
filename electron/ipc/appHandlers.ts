import { toFailure, type UserError } from '../../engine/errors.ts';
import type { Emit } from '../events.ts';
import type { EngineDescription } from '../jobs/engineCalls.ts';
import type { AppInfo, Settings } from './contract.ts';
import type { Handlers } from './handle.ts';

export interface AppParts {
  version: string;
  platform: string;
  sampleAlbum: boolean;
  notices: string[];
  settings: { get(): Settings; set(change: Partial<Settings>): Promise<Settings> };
  describeEngine: () => Promise<EngineDescription>;
  emit: Emit;
}

export function appHandlers(parts: AppParts): Pick<Handlers, 'app.info' | 'settings.get' | 'settings.set'> {
  const { settings, emit } = parts;
  return {
    'app.info': async (): Promise<AppInfo> => ({
      version: parts.version,
      platform: parts.platform,
      sampleAlbum: parts.sampleAlbum,
      settings: settings.get(),
      notices: parts.notices,
      ...(await parts.describeEngine().catch(withoutEngine)),
    }),
    'settings.get': () => settings.get(),
    'settings.set': async (change) => {
      const changed = await settings.set(definedOnly(change));
      emit('settings.changed', changed);
      return changed;
    },
  };
}

/** The library can be looked at without an engine; the notice says why nothing can be protected. */
function withoutEngine(thrown: unknown): EngineDescription {
  const { problem, remedy }: Pick<UserError, 'problem' | 'remedy'> = toFailure(thrown);
  return {
    generator: { name: 'none', sha256: '', classes: 0, licence: '' },
    runtime: { name: 'none', notice: `${problem} ${remedy}`, dropped: [] },
  };
}

/** A change without the keys that are there but undefined. */
function definedOnly(change: { [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> {
  const { theme, rhoU, runtime, threads } = change;
  return {
    ...(theme === undefined ? {} : { theme }),
    ...(rhoU === undefined ? {} : { rhoU }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(threads === undefined ? {} : { threads }),
    ...(change.export === undefined ? {} : { export: change.export }),
  };
}

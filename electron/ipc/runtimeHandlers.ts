import type { Runtimes } from '../../engine/auto/index.ts';
import type { EngineRoom } from '../jobs/engineRoom.ts';
import type { Settings } from './contract.ts';
import type { Handlers } from './handle.ts';

export interface RuntimeParts {
  runtimes: Pick<Runtimes, 'table' | 'measure'>;
  engine: Pick<EngineRoom, 'whileIdle'>;
  settings: { get(): Settings };
}

export function runtimeHandlers({
  runtimes,
  engine,
  settings,
}: RuntimeParts): Pick<Handlers, 'runtimes.table' | 'runtimes.measure'> {
  return {
    'runtimes.table': () => runtimes.table(settings.get().threads),
    // Between two photos: computing beside a trial would falsify its times.
    'runtimes.measure': () => engine.whileIdle(() => runtimes.measure(settings.get().threads)),
  };
}

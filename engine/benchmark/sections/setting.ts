import type { PlannedRuntime } from '../../auto/index.ts';

/** What every section is told. */
export interface SectionSetting {
  generatorFolder: string;
  rounds: number;
  /** How long a turn of something short takes. */
  seconds: number;
  /** Pause before each turn. */
  pauseMs: number;
  /** The most threads that are measured. */
  threads: number;
  /** A Python with PyTorch, or null. */
  python: string | null;
  /** Folder of the Python contenders. */
  pythonScripts: string;
  /** A checkout of the paper's official implementation, or null. */
  official: string | null;
  /** What protects a whole photo, in order. */
  runtimes: readonly PlannedRuntime[];
  /** Told before each turn. */
  onTurn: (what: string, round: number) => void;
}

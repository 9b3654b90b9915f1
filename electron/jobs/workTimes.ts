import type { Hold, Settings } from '../ipc/contract.ts';

/** What the system says about power and the person before it. */
export interface Machine {
  isOnBattery(): boolean;
  /** Seconds since a key was pressed or the mouse moved. */
  idleSeconds(): number;
}

/** Nobody has touched the computer for this long: it is idle. */
const IDLE_SECONDS = 60;
/** How often the machine is asked while a job waits for it. */
const LOOK_MS = 5000;

export interface WorkTimesParts {
  machine: Machine;
  settings: () => Pick<Settings, 'workWhen'>;
  /** Told when what jobs wait for may have changed. */
  onChange: () => void;
}

/** Whether jobs may work now, by the user's wish: always, only while plugged in, or only while nobody is at the computer. */
export class WorkTimes {
  readonly #parts: WorkTimesParts;
  #timer: NodeJS.Timeout | null = null;
  #told: Hold | null = null;

  constructor(parts: WorkTimesParts) {
    this.#parts = parts;
  }

  /** What a job has to wait for now; null: nothing. While it waits, the machine is asked again and again. */
  hold(): Hold | null {
    const hold = this.#holdNow();
    this.#told = hold;
    if (hold !== null) this.#timer ??= setInterval(() => this.look(), LOOK_MS);
    else this.#rest();
    return hold;
  }

  /** The settings or the machine have changed. */
  look(): void {
    if (this.#holdNow() === this.#told) return;
    this.hold();
    this.#parts.onChange();
  }

  close(): void {
    this.#rest();
  }

  #holdNow(): Hold | null {
    const { machine, settings } = this.#parts;
    const { workWhen } = settings();
    if (workWhen === 'plugged-in' && machine.isOnBattery()) return 'power';
    if (workWhen === 'idle' && machine.idleSeconds() < IDLE_SECONDS) return 'idle';
    return null;
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}

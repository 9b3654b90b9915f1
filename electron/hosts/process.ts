/**
 * A child process that talks in structured-clone messages. The app starts Electron utility processes; tests start
 * forked Node processes; everything above this file is the same for both.
 */
export interface HostProcess {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, however the process ended. */
  onExit(listener: () => void): void;
  kill(): void;
}

/** Starts one process of a kind. */
export type StartHost = () => HostProcess;

/** The child's end of the same line. */
export interface HostPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

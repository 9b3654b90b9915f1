import type { StillgrainApi } from '../../electron/ipc/contract.ts';

declare global {
  interface Window {
    readonly stillgrain: StillgrainApi;
  }
}

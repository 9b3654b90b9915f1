/// <reference types="vite/client" />
/// <reference types="svelte" />
import type { StillgrainApi } from '../../electron/ipc/contract.ts';

declare global {
  interface Window {
    /** Everything that the preload gives us; see electron/ipc/contract.ts. */
    readonly stillgrain: StillgrainApi;
  }
}

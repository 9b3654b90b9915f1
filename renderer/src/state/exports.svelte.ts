/** Exports for upload: the one that runs and those that are over. */
import type { ExportPreset, ExportSummary } from '../../../electron/ipc/contract.ts';
import { request } from '../lib/api.ts';
import { baseName, count, plural } from '../lib/format.ts';
import { notices } from './notices.svelte.ts';

class Exports {
  /** Newest first. */
  list = $state.raw<readonly ExportSummary[]>([]);
  /** The one whose dialog is open: it needs no notice. */
  watched = $state<number | null>(null);

  get(exportId: number | null): ExportSummary | null {
    return this.list.find((one) => one.exportId === exportId) ?? null;
  }

  /** Those of before this window was opened. */
  async load(): Promise<void> {
    const known = await request('export.list');
    // What has been told meanwhile is newer.
    this.list = [...this.list, ...known.filter((one) => this.get(one.exportId) === null)];
  }

  async start(
    albumId: number,
    photoIds: readonly number[] | null,
    folder: string,
    preset: ExportPreset,
  ): Promise<number> {
    const summary = await request('export.start', {
      albumId,
      photoIds: photoIds === null ? null : [...photoIds],
      folder,
      preset,
    });
    if (this.get(summary.exportId) === null) this.list = [summary, ...this.list];
    return summary.exportId;
  }

  /** The main process told how an export stands. */
  take(summary: ExportSummary): void {
    const before = this.get(summary.exportId);
    this.list =
      before === null
        ? [summary, ...this.list]
        : this.list.map((one) => (one.exportId === summary.exportId ? summary : one));
    if (before?.state === 'running' && summary.state !== 'running' && this.watched !== summary.exportId) {
      this.#tellEnd(summary);
    }
  }

  #tellEnd({ exportId, folder, state, total, written, skipped, failed, stoppedBy }: ExportSummary): void {
    const action = { label: 'Show in folder', run: () => this.showInFolder(exportId) };
    if (stoppedBy !== null) {
      const { problem, remedy } = stoppedBy;
      const done = `${count(written)} of ${plural(total, 'photo')}`;
      notices.tell(
        'error',
        `The export to “${baseName(folder)}” stopped after ${done}. ${problem} ${remedy}`,
        written > 0 ? action : null,
      );
    } else if (state === 'done') {
      const left = skipped > 0 ? ` ${count(skipped)} left out, as the name was there already.` : '';
      notices.tell(
        failed > 0 ? 'warning' : written > 0 ? 'success' : 'info',
        `${plural(written, 'photo')} exported${failed > 0 ? `, ${count(failed)} could not be` : ''}.${left}`,
        action,
      );
    }
  }

  cancel(exportId: number): void {
    void notices.attempt(() => request('export.cancel', { exportId }));
  }

  showInFolder(exportId: number): void {
    void notices.attempt(() => request('export.showInFolder', { exportId }));
  }

  clearFinished(): void {
    this.list = this.list.filter((one) => one.state === 'running');
    void notices.attempt(() => request('export.clearEnded'));
  }
}

export const exports = new Exports();

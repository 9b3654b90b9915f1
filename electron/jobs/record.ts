import { basename } from 'node:path';
import type { Catalog, JobRow, PhotoRow, TaskRow } from '../catalog/index.ts';
import type { ProtectReport } from './engineCalls.ts';
import { COPIES_FOLDER, noiseFile } from './names.ts';

/** A finished photo as rows: its protection, its copy, the task's end and the album's pointer, in one transaction. */
export function recordProtection(
  catalog: Catalog,
  job: JobRow,
  task: TaskRow,
  photo: PhotoRow,
  report: ProtectReport,
  seconds: number,
  now: string,
): number {
  const { settings, method, generator, copy } = report;
  return catalog.transaction(() => {
    const protectionId = catalog.protections.insert(
      {
        key: task.key,
        albumId: job.albumId,
        photoId: photo.photoId,
        sourceSha256: photo.sha256,
        rhoU: settings.rhoU,
        targetClass: settings.targetClass,
        seed: settings.seed,
        steps: method.steps,
        views: method.views,
        alphaU: method.alphaU,
        rhoR: method.rhoR,
        momentum: method.momentum,
        noiseVersion: method.noiseVersion,
        generator: generator.name,
        generatorSha256: generator.sha256,
        runtime: report.runtime,
        lossBefore: report.loss.before,
        lossAfter: report.loss.after,
        secondsDecode: report.seconds.decode,
        secondsNoise: report.seconds.noise,
        noiseFile: noiseFile(task.key),
        noiseSha256: report.noiseFile.sha256,
        noiseBytes: report.noiseFile.bytes,
        noiseWidth: report.noiseSize.width,
        noiseHeight: report.noiseSize.height,
      },
      now,
    );
    catalog.protections.insertCopy(
      {
        protectionId,
        file: `${COPIES_FOLDER}/${basename(copy.path)}`,
        format: copy.format,
        width: copy.width,
        height: copy.height,
        bytes: copy.bytes,
        lossless: copy.lossless ? 1 : 0,
        maxAbs: copy.figures.maxAbs,
        psnr: copy.figures.psnr,
        ssim: copy.figures.ssim,
        secondsDecode: copy.seconds.decode,
        secondsRender: copy.seconds.render,
        secondsEncode: copy.seconds.encode,
        exportId: null,
      },
      now,
    );
    finishTask(catalog, task, photo.photoId, protectionId, seconds);
    return protectionId;
  });
}

/** The task is done by this protection, new or found. Call it in a transaction. */
export function finishTask(
  catalog: Catalog,
  task: TaskRow,
  photoId: number,
  protectionId: number,
  seconds: number | null,
): void {
  catalog.jobs.finishTask(task.taskId, protectionId, seconds);
  catalog.albumPhotos.setProtection(task.albumId, photoId, protectionId);
  catalog.albumPhotos.settle(task.albumId, photoId);
}

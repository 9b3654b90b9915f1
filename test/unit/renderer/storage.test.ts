import './localStorage.ts';
import { render } from 'svelte/server';
import { expect, it, vi } from 'vitest';
import type { ExportPreset, LibraryUsage } from '../../../electron/ipc/contract.ts';
import { renderOptionsOf } from '../../../electron/export/copyWriter.ts';
import { METADATA_CHOICES } from '../../../renderer/src/lib/metadataWords.ts';
import { freedInWords, usageInWords } from '../../../renderer/src/lib/storageWords.ts';
import { notices } from '../../../renderer/src/state/notices.svelte.ts';
import { storage } from '../../../renderer/src/state/storage.svelte.ts';
import ExportFields from '../../../renderer/src/views/dialogs/ExportFields.svelte';
import Storage from '../../../renderer/src/views/settings/Storage.svelte';

const usage: LibraryUsage = { copies: { files: 1200, bytes: 6e9 }, unneeded: { files: 400, bytes: 2e9 } };
const none = { files: 0, bytes: 0 };

it('says how much the copies take, what goes and what stays', () => {
  expect(usageInWords(usage)).toMatch(
    /^The library’s 1,200 copies take 6\.0 GB\. Free space deletes 2\.0 GB of that: 400 copies of earlier protections and of albums and photos that you removed\. Your originals, your exports, the noise .* stay\./,
  );
  expect(usageInWords({ ...usage, unneeded: none })).toBe(
    'The library’s 1,200 copies take 6.0 GB. Your albums need all of it.',
  );
  expect(usageInWords({ copies: none, unneeded: none })).toBe('There are no protected copies in the library.');
  expect(freedInWords({ files: 2, bytes: 2e6, failed: 0 })).toBe('2.0 MB freed.');
  expect(freedInWords({ files: 0, bytes: 0, failed: 1 })).toMatch(
    /^Nothing was deleted\. 1 copy could not be deleted: /,
  );
});

it('frees what can go, tells it, and offers nothing more', async () => {
  const asked: string[] = [];
  let left: LibraryUsage = usage;
  const request = (channel: string) => {
    asked.push(channel);
    if (channel === 'storage.usage') return Promise.resolve({ ok: true, value: left });
    left = { copies: { files: 800, bytes: 4e9 }, unneeded: none };
    return Promise.resolve({ ok: true, value: { ...usage.unneeded, failed: 0 } });
  };
  vi.stubGlobal('window', { stillgrain: { request } });
  const button = () => /<button[^>]*>/.exec(render(Storage).body)?.[0] ?? '';
  expect(button()).toContain('disabled');
  await storage.load();
  expect(button()).not.toContain('disabled');
  await storage.free();
  expect(asked).toEqual(['storage.usage', 'storage.free', 'storage.usage']);
  expect(notices.list.map(({ sentence }) => sentence)).toEqual(['2.0 GB freed.']);
  expect(button()).toContain('disabled');
});

it('says of each choice of metadata what goes: where XMP and IPTC do, they are named', () => {
  const base: ExportPreset = { format: 'jpeg', quality: 90, longEdge: null, colour: 'srgb', exif: 'keep', naming: '{name}', conflict: 'unique' }; // prettier-ignore
  expect(METADATA_CHOICES.map(({ value }) => value).sort()).toEqual(['keep', 'strip', 'strip-gps']);
  for (const { value, hint } of METADATA_CHOICES) {
    const preset = { ...base, exif: value };
    const drawn = render(ExportFields, { props: { preset, albumName: 'Sea', example: null } }).body;
    expect(drawn).toContain(hint);
    const verb = renderOptionsOf(preset).metadata.xmp === 'strip' ? 'go' : 'stay';
    expect(hint).toMatch(new RegExp(`XMP and IPTC ${verb}\\b`));
  }
  expect(METADATA_CHOICES[0]).toMatchObject({ value: 'strip-gps', label: 'Keep EXIF, without the place (GPS)' });
});

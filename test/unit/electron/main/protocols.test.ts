import type { Session } from 'electron';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { serveImages } from '../../../../electron/main/protocols.ts';
import { openProtectedShop } from '../support/shop.ts';

vi.mock('electron', () => ({ protocol: {} }));

test('a protected copy that has gone to free space is made again to be shown', async () => {
  const { services, data, photos } = await openProtectedShop({ 'a.jpg': 'a' });
  let answer: (request: Request) => Promise<Response> = () => Promise.reject(new Error('nothing is served'));
  const session: unknown = { protocol: { handle: (_scheme: string, serve: typeof answer) => (answer = serve) } };
  serveImages(session as Session, services.images, services.copies);
  const show = (): Promise<Response> => answer(new Request('photo://protected/1'));
  expect(await (await show()).text()).toMatch(/^copy \d/);
  const copy = join(data, services.catalog.protections.libraryCopy(1)?.file ?? '');
  rmSync(copy);
  expect(await (await show()).text()).toMatch(/^copy of .*a\.jpg with /);
  rmSync(copy);
  rmSync(join(photos, 'a.jpg'));
  expect((await show()).status).toBe(404);
});

import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openShop } from '../support/shop.ts';

test('a preview tells what the work on its photo took, not what it waited for', async () => {
  const { services, engine, albumId } = await openShop({ 'a.jpg': 'a' });
  engine.before = () => wait(1000);
  const { seconds, psnr } = await services.previews.make(albumId, 1, 8);
  // The stand-in's decoding, noise, decoding again, rendering and encoding.
  expect(seconds).toBeCloseTo(0.1 + 0.2 + 0.1 + 0.1 + 0.1);
  expect(psnr).toBe(34);
});

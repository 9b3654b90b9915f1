import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, decodeNoise, encodeNoise, renderNoise, writeNoise } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { decodePhoto, makePhoto } from '../../fixtures/photos.ts';

const folder = temporaryFolder();
afterAll(closePhotoLibrary);

describe('the noise file', () => {
  it.each([
    [1, 1],
    [384, 256],
    [1024, 3],
  ])('of %i × %i comes back without loss', async (width, height) => {
    const noise = makeNoise(width, height, 8);
    expect(await decodeNoise(await encodeNoise(noise), 8)).toEqual(noise);
  });

  it('holds every value from −127 to 127', async () => {
    const samples = Int8Array.from({ length: 255 }, (_, index) => index - 127);
    const noise = { samples, width: 255, height: 1, rhoU: 4 };
    expect((await decodeNoise(await encodeNoise(noise), 4)).samples).toEqual(samples);
  });

  it('is an 8-bit grey PNG of sample + 128', async () => {
    const noise = makeNoise(40, 30, 8);
    writeFileSync(`${folder}/noise.png`, await encodeNoise(noise));
    const decoded = await decodePhoto(`${folder}/noise.png`);
    expect([decoded.bands, decoded.bitDepth]).toEqual([1, 8]);
    expect(Array.from(decoded.samples)).toEqual(Array.from(noise.samples, (sample) => sample + 128));
  });

  it('is written whole, with its hash and size', async () => {
    const path = `${folder}/written.png`;
    const written = await writeNoise(path, makeNoise(40, 30, 8));
    expect(written.bytes).toBe(statSync(path).size);
    expect(written.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
  });

  it('is small', async () => {
    expect((await encodeNoise(makeNoise(384, 256, 8))).length).toBeLessThan(384 * 256);
  });

  it('that is damaged, cut off, a photo or not a picture is refused', async () => {
    const whole = await encodeNoise(makeNoise(40, 30, 8));
    const bad = [
      new Uint8Array(),
      whole.subarray(0, 200),
      await makePhoto({ format: 'png' }),
      await makePhoto({ format: 'png', colour: 'grey', bitDepth: 16 }),
      Buffer.from('noise'),
    ];
    for (const bytes of bad) await expect(decodeNoise(bytes, 8)).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('the picture of the noise', () => {
  it('is 128 + amplification · δ in 1/255, clipped', async () => {
    const samples = Int8Array.from([-127, -64, -1, 0, 1, 64, 127]);
    for (const [rhoU, amplification] of [
      [8, 8],
      [16, 8],
      [32, 8],
      [4, 1],
    ] as const) {
      writeFileSync(`${folder}/seen.png`, await renderNoise({ samples, width: 7, height: 1, rhoU }, amplification));
      const seen = Array.from((await decodePhoto(`${folder}/seen.png`)).samples);
      seen.forEach((grey, index) => {
        const wanted = 128 + (amplification * rhoU * (samples[index] ?? 0)) / 127;
        expect(Math.abs(grey - Math.max(0, Math.min(255, wanted)))).toBeLessThanOrEqual(0.5);
      });
    }
  });
});

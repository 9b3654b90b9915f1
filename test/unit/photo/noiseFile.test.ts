import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { closePhotoLibrary, decodeNoise, encodeNoise, renderNoise, writeNoise } from '../../../engine/photo/index.ts';
import { temporaryFolder } from '../../fixtures/folder.ts';
import { makeNoise } from '../../fixtures/noise.ts';
import { decodePhoto, makePhoto } from '../../fixtures/photos.ts';
import { png } from '../../fixtures/png.ts';

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
    const samples = Int8Array.from({ length: 255 * 3 }, (_, index) => ((index * 7) % 255) - 127);
    const noise = { samples, width: 255, height: 1, rhoU: 4 };
    expect((await decodeNoise(await encodeNoise(noise), 4)).samples).toEqual(samples);
  });

  it('is an 8-bit RGB PNG of sample + 128', async () => {
    const noise = makeNoise(40, 30, 8);
    writeFileSync(`${folder}/noise.png`, await encodeNoise(noise));
    const decoded = await decodePhoto(`${folder}/noise.png`);
    expect([decoded.bands, decoded.bitDepth]).toEqual([3, 8]);
    expect(Array.from(decoded.samples)).toEqual(Array.from(noise.samples, (sample) => sample + 128));
  });

  it('is written whole, with its hash and size', async () => {
    const path = `${folder}/written.png`;
    const written = await writeNoise(path, makeNoise(40, 30, 8));
    expect(written.bytes).toBe(statSync(path).size);
    expect(written.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
  });

  it('is small', async () => {
    expect((await encodeNoise(makeNoise(384, 256, 8))).length).toBeLessThan(384 * 256 * 3);
  });

  it('of noise that was luminance only, a grey PNG, gives every channel its one value', async () => {
    const old = png(85, 3, (x, y) => 1 + y * 85 + x, 1);
    const noise = await decodeNoise(old, 8);
    expect(noise).toMatchObject({ width: 85, height: 3, rhoU: 8 });
    expect(noise.samples).toEqual(Int8Array.from({ length: 255 * 3 }, (_, index) => Math.floor(index / 3) - 127));
    // Written again it is a new file with the same noise.
    expect(await decodeNoise(await encodeNoise(noise), 8)).toEqual(noise);
  });

  const grain = (x: number, y: number, channel: number): number => 1 + ((x * 7 + y * 13 + channel * 29) % 255);
  const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
    bytes.map((byte, index) => (index === at ? byte ^ 0x55 : byte));
  const mark = { keyword: 'stillgrain-noise', value: '1' };
  const whole = png(40, 30, grain, 3, mark);
  const old = png(40, 30, grain, 1);

  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['empty', () => new Uint8Array()],
    ['not a picture', () => Buffer.from('noise')],
    ['cut off', () => whole.subarray(0, whole.length / 2)],
    ['cut off and grey', () => old.subarray(0, old.length / 2)],
    ['damaged', () => flipped(whole, whole.length >> 1)],
    ['damaged and grey', () => flipped(old, old.length >> 1)],
    ['a photo without black', () => makePhoto({ format: 'png', midRange: true })],
    ['noise without the mark', () => png(40, 30, grain)],
    ['noise with the mark of a later version', () => png(40, 30, grain, 3, { ...mark, value: '2' })],
    ['a picture of noise', () => renderNoise(makeNoise(40, 30, 8), 8)],
    ['a photo with black in it', () => makePhoto({ format: 'png', of: 'galaxies' })],
    ['a photo with alpha', () => makePhoto({ format: 'png', midRange: true, alpha: true })],
    ['a photo of 16 bits', () => makePhoto({ format: 'png', midRange: true, bitDepth: 16 })],
    ['a grey photo with alpha', () => makePhoto({ format: 'png', midRange: true, colour: 'grey', alpha: true })],
    ['a grey photo of 16 bits', () => makePhoto({ format: 'png', midRange: true, colour: 'grey', bitDepth: 16 })],
    ['outside of the budget', () => png(40, 30, (x, y, channel) => (x + y + channel === 70 ? 0 : 128), 3, mark)],
    ['outside of the budget and grey', () => png(40, 30, (x, y) => (x + y === 68 ? 0 : 128), 1)],
  ])('that is %s is refused', async (_, bytes) => {
    await expect(decodeNoise(await bytes(), 8)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('that is whole is not', async () => {
    for (const bytes of [whole, old]) expect((await decodeNoise(bytes, 8)).samples).toHaveLength(40 * 30 * 3);
  });
});

describe('the picture of the noise', () => {
  it('is 128 + amplification · δ in 1/255 in each channel, clipped', async () => {
    const values = [-127, -64, -1, 0, 1, 64, 127];
    const samples = Int8Array.from(values.flatMap((value) => [value, -value, 3]));
    for (const [rhoU, amplification] of [
      [8, 8],
      [16, 8],
      [32, 8],
      [4, 1],
    ] as const) {
      writeFileSync(`${folder}/seen.png`, await renderNoise({ samples, width: 7, height: 1, rhoU }, amplification));
      const seen = await decodePhoto(`${folder}/seen.png`);
      expect([seen.width, seen.height, seen.bands]).toEqual([7, 1, 3]);
      Array.from(seen.samples).forEach((value, index) => {
        const wanted = 128 + (amplification * rhoU * (samples[index] ?? 0)) / 127;
        expect(Math.abs(value - Math.max(0, Math.min(255, wanted)))).toBeLessThanOrEqual(0.5);
      });
    }
  });
});

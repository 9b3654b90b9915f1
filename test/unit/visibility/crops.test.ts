import { describe, expect, it } from 'vitest';
import type { Rgb } from '../../../engine/photo/index.ts';
import { chooseCrops } from '../../../engine/visibility/crops.ts';
import { randomFrom } from '../../fixtures/noise.ts';

type Colour = readonly [number, number, number];

function draw(width: number, height: number, colour: (x: number, y: number) => Colour): Rgb {
  const samples = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) samples.set(colour(x, y), 3 * (y * width + x));
  return { samples, width, height };
}

describe('the crops of a contact sheet', () => {
  const random = randomFrom(3);
  /** Left to right: a grey wall, skin, grass, and a black line drawing on white. */
  const photo = draw(256, 48, (x, y) => {
    if (x < 64) return [120, 122, 124];
    if (x < 128) return [224, 172, 145];
    if (x < 192) return [0, 1, 2].map(() => 60 + Math.floor(120 * random())) as unknown as Colour;
    return x % 32 < 4 && y < 24 ? [0, 0, 0] : [255, 255, 255];
  });

  it('are where each kind is most itself', () => {
    const { flat, skin, texture, edges } = chooseCrops(photo, 64, 48);
    expect(flat).toMatchObject({ left: 0, top: 0, width: 64, height: 48 });
    expect(skin).toMatchObject({ left: 64 });
    expect(texture).toMatchObject({ left: 128 });
    expect(edges?.left).toBeGreaterThan(160);
  });

  it('are the whole photo where it is smaller, and none where there is nothing of a kind', () => {
    const white = draw(20, 9, () => [255, 255, 255]);
    const { flat, skin, texture } = chooseCrops(white, 64, 48);
    expect([flat, skin]).toEqual([null, null]);
    expect(texture).toMatchObject({ left: 0, top: 0, width: 20, height: 9 });
    expect(
      chooseCrops(
        draw(1, 1, () => [90, 90, 90]),
        64,
        48,
      ).flat,
    ).toMatchObject({ width: 1, height: 1 });
  });
});

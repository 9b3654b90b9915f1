import { beforeAll, expect, it } from 'vitest';
import { Random } from '../../../engine/random/index.ts';
import { openTfjsCpu, type Runtime } from '../../../engine/runtime/index.ts';
import { viewObjective } from '../../../engine/sem/index.ts';
import { sampleViews, UPLOAD_VIEWS, type ViewDistribution } from '../../../engine/views/index.ts';

const geometry = { frame: 16, size: 16 };
const still: ViewDistribution = {
  ...UPLOAD_VIEWS,
  wholeProbability: 1,
  flipProbability: 0,
  shrinkProbability: 0,
  jpegProbability: 0,
  greyProbability: 0,
  colourProbability: 0,
};

let cpu: Runtime;
beforeAll(async () => {
  cpu = await openTfjsCpu();
});

async function view(distribution: ViewDistribution, x: Float32Array, seed = 1): Promise<Float32Array> {
  const { fn, inputs } = viewObjective({ pictures: 1, views: 1, geometry });
  const views = sampleViews(new Random(seed), distribution, geometry, [{ width: 16, height: 16 }]);
  const { seen } = await (await cpu.compile(fn, inputs)).run({ x, delta: new Float32Array(3 * 256), ...views });
  return seen ?? new Float32Array();
}

const picture = Float32Array.from({ length: 3 * 256 }, (_, i) => 0.5 + 0.4 * Math.sin(i / 9 + Math.floor(i / 256)));

it('a view in which nothing happens is the picture', async () => {
  (await view(still, picture)).forEach((value, i) => expect(Math.abs(value - (picture[i] ?? NaN))).toBeLessThan(1e-3));
});

it('a flipped view is the mirror image', async () => {
  const seen = await view({ ...still, flipProbability: 1 }, picture);
  for (let i = 0; i < 16; i++) expect(seen[i]).toBeCloseTo(picture[15 - i] ?? NaN, 3);
});

it('a grey view has three equal channels, the luma of BT.601', async () => {
  const seen = await view({ ...still, greyProbability: 1 }, picture);
  for (let i = 0; i < 256; i++) {
    const luma = 0.299 * (picture[i] ?? 0) + 0.587 * (picture[i + 256] ?? 0) + 0.114 * (picture[i + 512] ?? 0);
    for (const channel of [0, 256, 512]) expect(seen[i + channel]).toBeCloseTo(luma, 2);
  }
});

it('JPEG at quality 10 throws away more than at 90', async () => {
  const error = async (quality: number): Promise<number> => {
    const seen = await view({ ...still, jpegProbability: 1, jpegQuality: [quality, quality] }, picture);
    return seen.reduce((sum, value, i) => sum + (value - (picture[i] ?? 0)) ** 2, 0);
  };
  const [coarse, fine] = [await error(10), await error(90)];
  expect(fine).toBeGreaterThan(0);
  expect(coarse).toBeGreaterThan(3 * fine);
});

it('equal seeds give equal views, other seeds others', () => {
  const draw = (seed: number): string =>
    JSON.stringify(sampleViews(new Random(seed), UPLOAD_VIEWS, geometry, [{ width: 16, height: 12 }]));
  expect(draw(5)).toBe(draw(5));
  expect(draw(5)).not.toBe(draw(6));
});

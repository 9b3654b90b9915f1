import * as tf from '@tensorflow/tfjs-core';
import { attackObjective } from '../../sem/index.ts';
import { openRuntime, type Generator } from '../../protect/index.ts';
import { Random } from '../../random/index.ts';
import { multiplyAddsOf, type TensorFunction } from '../../runtime/index.ts';
import { inWords, interleaved, ratiosOf, spreadOf, type BenchmarkSection, type Spread } from '../index.ts';
import type { PhotoNoise } from '../photoNoise.ts';
import { perSecond } from '../turns.ts';
import type { SectionSetting } from './setting.ts';

/** Sides of the squares whose product is tried as the machine's peak, and how many products are done in one call. */
export const PEAK_SQUARES = [
  { side: 1024, products: 8 },
  { side: 2048, products: 2 },
] as const;

/**
 * Products of large squares, one after the other, the constant one ready in the runtime: what comes in and goes out is one
 * number, so that nothing is timed but the products.
 */
export function squareProducts({ side, products }: { side: number; products: number }): TensorFunction {
  const random = new Random(1);
  // Of such a deviation that products keep their size.
  const square = random.uniform(side * side, Math.sqrt(3 / side));
  return (inputs) => {
    const constant = tf.tensor2d(square, [side, side]);
    let product: tf.Tensor2D = tf.mul(constant, inputs['factor'] ?? 1);
    for (let n = 0; n < products; n++) product = tf.matMul(product, constant);
    return { sum: tf.reshape(tf.sum(product), [1]) };
  };
}

/** Floating-point operations of the network in one noise gradient: two for each multiply-add, forward and backward. */
export function networkOperations(generator: Generator, views: number): number {
  const { fn, inputs } = attackObjective(generator.network, views);
  const { convolutions, products } = multiplyAddsOf(fn, inputs);
  return 2 * (convolutions + products);
}

interface Row {
  threads: number;
  /** GFLOP/s. */
  gradient: Spread;
  peak: Spread;
  side: number;
  share: Spread;
}

/** GFLOP/s of the noise gradient as a share of what this machine's own matrix product reaches. */
export async function peakSection(
  generator: Generator,
  noise: PhotoNoise,
  setting: SectionSetting,
): Promise<BenchmarkSection> {
  const operations = networkOperations(generator, noise.views);
  const rows: Row[] = [];
  for (const threads of new Set([1, setting.threads])) rows.push(await race(noise, operations, threads, setting));
  const { rounds } = setting;
  return {
    id: 'peak',
    title: 'Noise gradient against the machine’s own matrix product',
    columns: ['threads', 'gradient, GFLOP/s', 'matrix product, GFLOP/s', 'share'],
    rows: rows.map(({ threads, gradient, peak, side, share }) => [
      String(threads),
      inWords(gradient, 1),
      `${inWords(peak, 1)}, side ${side}`,
      percentInWords(share),
    ]),
    notes: [
      `Counted: the multiply-adds of the network's convolutions and classifier for ${noise.views} views, forward and backward ` +
        `with respect to the views, two operations each, ${(operations / 1e9).toFixed(2)} GFLOP in all; not counted but timed: ` +
        'the views, JPEG, everything by element, and the way to the computing thread and back',
      `Matrix product: ONNX MatMul with a constant square, the better of sides ${PEAK_SQUARES.map(({ side }) => side).join(' and ')}, by the same runtime with the same options`,
      `${rounds} rounds in which they took turns`,
    ],
    figures: { rounds, operations, rows },
  };
}

const percentInWords = ({ median, least, most }: Spread): string =>
  `${(100 * median).toFixed(0)} % (${(100 * least).toFixed(0)} to ${(100 * most).toFixed(0)} %)`;

const nameOf = (side: number): string => `product of side ${side}`;

async function race(
  { fn, inputs, feeds }: PhotoNoise,
  operations: number,
  threads: number,
  { rounds, seconds, pauseMs, onTurn }: SectionSetting,
): Promise<Row> {
  const runtime = await openRuntime('onnx/cpu', threads);
  try {
    const gradient = await runtime.compile(fn, inputs);
    const contenders: Record<string, () => Promise<number>> = {
      gradient: async () => (operations * (await perSecond(() => gradient.run(feeds), seconds))) / 1e9,
    };
    for (const square of PEAK_SQUARES) {
      const product = await runtime.compile(squareProducts(square), [{ name: 'factor', shape: [1] }]);
      const each = 2 * square.side ** 3 * square.products;
      contenders[nameOf(square.side)] = async () =>
        (each * (await perSecond(() => product.run({ factor: Float32Array.of(1) }), seconds))) / 1e9;
    }
    const rates = await interleaved(contenders, {
      rounds,
      pauseMs,
      onTurn: (name, round) => onTurn(`${threads} thread(s), ${name}`, round),
    });
    const own = rates['gradient'] ?? [];
    const peaks = PEAK_SQUARES.map(({ side }) => ({ side, values: rates[nameOf(side)] ?? [] }));
    const best = peaks.reduce((a, b) => (spreadOf(b.values).median > spreadOf(a.values).median ? b : a));
    return {
      threads,
      gradient: spreadOf(own),
      peak: spreadOf(best.values),
      side: best.side,
      share: spreadOf(ratiosOf(own, best.values)),
    };
  } finally {
    await runtime.close();
  }
}

import { describe, expect, it } from 'vitest';
import { interleaved, meanWithError, ratiosOf, spreadOf } from '../../../engine/benchmark/index.ts';

describe('what was measured', () => {
  it('has a median, and ends', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, count: 3 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4, count: 4 });
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });

  it('has a mean with its standard error', () => {
    expect(meanWithError([1, 2, 3, 6])).toEqual({ mean: 3, error: Math.sqrt((4 + 1 + 0 + 9) / 3) / 2 });
    expect(meanWithError([5])).toEqual({ mean: 5, error: 0 });
  });

  it('is divided round by round', () => {
    expect(ratiosOf([2, 9], [1, 3])).toEqual([2, 3]);
    expect(() => ratiosOf([1], [1, 2])).toThrow('1 rounds');
  });
});

describe('rounds', () => {
  it('let contenders take turns, and every second time the other way round', async () => {
    const turns: string[] = [];
    const take = (name: string) => (): number => turns.push(name);
    const values = await interleaved({ a: take('a'), b: take('b') }, { rounds: 3 });
    expect(turns).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
    expect(values).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
  });

  it('are told, and wait between turns when they are to', async () => {
    const told: string[] = [];
    const onTurn = (name: string, round: number): void => void told.push(`${name} ${round}`);
    await interleaved({ a: () => Promise.resolve(1), b: () => 2 }, { rounds: 2, onTurn, pauseMs: 1 });
    expect(told).toEqual(['a 0', 'b 0', 'b 1', 'a 1']);
  });
});

import { describe, expect, it } from 'vitest';
import type { ProtectionTestResult } from '../../../electron/ipc/protectionTest.ts';
import { pathOf, spreadOut, ticksOf, xOf, yOf } from '../../../renderer/src/lib/curves.ts';
import {
  asPercent,
  CAVEAT,
  differs,
  finding,
  isAboveGuess,
  meaning,
  overall,
} from '../../../renderer/src/lib/protectionTest.ts';

/** A result among `albums` albums in which `originals` and `copies` of `clean` photos were recognized. */
function resultOf(clean: number, originals: number, copies: number, albums = 4): ProtectionTestResult {
  const curve = (count: number) => [
    { epoch: 1, recognized: 0, accuracy: 0.25 },
    { epoch: 2, recognized: count / clean, accuracy: 0.5 },
  ];
  return {
    albums: Array.from({ length: albums }, (_, i) => ({ name: `A${i}`, training: 40, heldOut: clean, copies: 40 })),
    seed: 1,
    inputSize: 64,
    epochs: 2,
    originals: curve(originals),
    copies: curve(copies),
    skipped: 0,
    runtime: 'onnx/cpu',
    seconds: 100,
  };
}

describe('the sentences of a test', () => {
  it('count photos, and say what guessing gets', () => {
    expect(finding(resultOf(12, 9, 4))).toBe(
      'Trained on your originals, a model recognized 9 of 12 clean photos of “A0” among 4 albums; trained on your ' +
        'protected copies, 4 of 12. Guessing would get about 3.',
    );
    expect(overall(resultOf(12, 9, 4))).toBe(
      'Over all albums, 50 % of the clean photos were told right after the originals and 50 % after the copies; ' +
        'guessing gets 25 %.',
    );
    expect(finding(resultOf(2, 2, 0, 2))).toContain('2 of 2 clean photos');
  });

  it.each([
    [20, 18, 5, /clearly less/],
    [20, 18, 10, /less about this album than the originals did, but more than nothing/],
    [20, 18, 16, /can be chance/],
    [20, 18, 18, /did not keep the model/],
    [20, 18, 20, /did not keep the model/],
    [20, 6, 0, /cannot tell/],
    [20, 18, 0, /no more than guessing can/],
    // However large the difference, two photos prove nothing.
    [2, 2, 0, /cannot tell/],
    [3, 3, 0, /can be chance/],
  ])('of %i photos %i, then %i', (clean, originals, copies, words) => {
    expect(meaning(resultOf(clean, originals, copies))).toMatch(words);
  });

  it('never promise', () => {
    for (const copies of [0, 5, 10, 15, 20]) {
      const said = [finding, meaning, overall].map((say) => say(resultOf(20, 18, copies))).join(' ') + CAVEAT;
      expect(said).not.toMatch(/\b(safe|secure|unbreakable|protected from|impossible|guarantee)/i);
    }
  });

  it('take for more than guessing what guessing seldom gets', () => {
    // Of 12 with 1 in 2: P(X ≥ 10) = (66 + 12 + 1) / 4096 = 0.019, P(X ≥ 9) = 0.073.
    expect([isAboveGuess(10, 12, 0.5), isAboveGuess(9, 12, 0.5)]).toEqual([true, false]);
    // Of 2 with 1 in 10: P(X = 2) = 0.01, P(X ≥ 1) = 0.19.
    expect([isAboveGuess(2, 2, 0.1), isAboveGuess(1, 2, 0.1), isAboveGuess(0, 2, 0.1)]).toEqual([true, false, false]);
  });

  it('take differences for chance as Fisher’s exact test does', () => {
    // 3 and 0 of 3: 1 / C(6, 3) = 1/20. 4 and 0 of 4: 1 / C(8, 4) = 1/70.
    expect([differs(3, 0, 3), differs(4, 0, 4)]).toEqual([false, true]);
    // 4 and 1 of 4: C(4, 4) · C(4, 1) / C(8, 5) = 4/56.
    expect([differs(4, 1, 4), differs(4, 4, 12), differs(3, 9, 12)]).toEqual([false, false, false]);
    // 10 and 4 of 12: (66 · 495 + 12 · 220 + 1 · 66) / 1961256 = 0.018; 9 and 4: 0.050.
    expect([differs(10, 4, 12), differs(9, 4, 12)]).toEqual([true, false]);
  });
});

describe('the chart', () => {
  const frame = { left: 40, top: 10, width: 100, height: 200 };

  it('puts rounds and shares in their places', () => {
    expect([xOf(1, 5, frame), xOf(3, 5, frame), xOf(5, 5, frame), xOf(1, 1, frame)]).toEqual([40, 90, 140, 140]);
    expect([yOf(0, frame), yOf(1, frame), yOf(0.25, frame)]).toEqual([210, 10, 160]);
    expect(pathOf([0, 1, 0.5], frame)).toBe('M40.0 210.0L90.0 10.0L140.0 110.0');
    expect(asPercent(0.294)).toBe('29 %');
  });

  it.each([
    [1, [1]],
    [7, [1, 2, 3, 4, 5, 6, 7]],
    [16, [5, 10, 16]],
    [60, [10, 20, 30, 40, 50, 60]],
  ])('%i rounds have few ticks, the last among them', (rounds, ticks) => expect(ticksOf(rounds)).toEqual(ticks));

  it('keeps labels apart, in their order, above the bottom', () => {
    expect(spreadOut([50, 100, 150], 18, 200)).toEqual([50, 100, 150]);
    expect(spreadOut([105, 100, 101], 18, 200)).toEqual([136, 100, 118]);
    expect(spreadOut([200, 199, 198], 18, 200)).toEqual([200, 182, 164]);
  });
});

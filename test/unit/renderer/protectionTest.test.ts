import { describe, expect, it } from 'vitest';
import type { ProtectionTestResult } from '../../../electron/ipc/protectionTest.ts';
import { pathOf, spreadOut, ticksOf, xOf, yOf } from '../../../renderer/src/lib/curves.ts';
import {
  asPercent,
  CAVEAT,
  curvesOf,
  differs,
  finding,
  isLearned,
  meaning,
  mistakes,
  overall,
} from '../../../renderer/src/lib/protectionTest.ts';

/** What a model said of the tested album's clean photos and of all others', and its accuracy over the albums. */
interface Said {
  recognized: number;
  mistaken?: number;
  accuracy?: number;
}

/** A result among `albums` albums with `clean` photos each. */
function resultOf(clean: number, originals: Said, copies: Said, albums = 4): ProtectionTestResult {
  const others = clean * (albums - 1);
  const curve = ({ recognized, mistaken = 0, accuracy = 0.5 }: Said) => [
    { epoch: 1, recognized: 0, mistaken: 0, accuracy: 1 / albums },
    { epoch: 2, recognized: recognized / clean, mistaken: mistaken / others, accuracy },
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

/** The same as it was kept before mistakes were counted. */
function withoutMistakes(result: ProtectionTestResult): ProtectionTestResult {
  const old = (curve: ProtectionTestResult['copies']) =>
    curve.map(({ epoch, recognized, accuracy }) => ({ epoch, recognized, accuracy }));
  return { ...result, originals: old(result.originals), copies: old(result.copies) };
}

describe('the sentences of a test', () => {
  it('count photos, and say what guessing gets', () => {
    const result = resultOf(12, { recognized: 9, mistaken: 1 }, { recognized: 4, mistaken: 5 });
    expect(finding(result)).toBe(
      'Trained on your originals, a model recognized 9 of 12 clean photos of “A0” among 4 albums; trained on your ' +
        'protected copies, 4 of 12. Guessing would get about 3.',
    );
    expect(mistakes(result)).toBe(
      'Of 36 clean photos of other albums, the first model took 1 for photos of this album too, the second 5.',
    );
    expect(overall(result)).toBe(
      'Over all albums, 50 % of the clean photos were told right after the originals and 50 % after the copies; ' +
        'guessing gets 25 %.',
    );
    expect(finding(resultOf(2, { recognized: 2 }, { recognized: 0 }, 2))).toContain('2 of 2 clean photos');
  });

  it.each([
    [20, [18, 2], [5, 6], /clearly less/],
    [20, [18, 2], [10, 5], /less about this album than the originals did, but more than nothing/],
    [20, [18, 2], [16, 4], /can be chance/],
    [20, [18, 2], [18, 2], /did not keep the model/],
    [20, [18, 2], [20, 0], /did not keep the model/],
    // Fewer recognized, but far fewer mistaken too: it tells the album at least as well.
    [20, [20, 30], [18, 0], /did not keep the model/],
    [20, [3, 6], [0, 0], /cannot tell/],
    [20, [3, 6], [18, 2], /did not keep the model/],
    [20, [18, 2], [0, 0], /no better than chance can/],
    // However large the difference, two photos prove nothing.
    [2, [2, 0], [0, 0], /cannot tell/],
    [3, [3, 0], [0, 0], /can be chance/],
  ] as const)('of %i photos and thrice as many others %j, then %j', (clean, originals, copies, words) => {
    const [one, other] = [originals, copies].map(([recognized, mistaken]) => ({ recognized, mistaken }));
    expect(meaning(resultOf(clean, one!, other!))).toMatch(words);
  });

  describe('of a model that calls every photo by the name of the album, or none', () => {
    const learned: Said = { recognized: 18, mistaken: 2, accuracy: 0.85 };
    const blind: Said[] = [
      { recognized: 20, mistaken: 60, accuracy: 0.25 },
      { recognized: 0, mistaken: 0, accuracy: 0.25 },
      { recognized: 17, mistaken: 51, accuracy: 0.25 },
    ];

    it.each(blind)('%j: it learned nothing from the copies', (said) => {
      expect(meaning(resultOf(20, learned, said))).toMatch(/clearly less .* no better than chance can/);
    });

    it.each(blind)('%j: it learned nothing from the originals, so the test cannot tell', (said) => {
      expect(meaning(resultOf(20, said, said))).toMatch(/cannot tell what the protection does/);
    });

    it('its curve is that of guessing', () => {
      for (const said of blind) expect(curvesOf(resultOf(20, learned, said)).copies.at(-1)).toBeCloseTo(0.5, 10);
    });
  });

  it('do not say that the protection did not keep a model that is no better than guessing over all albums', () => {
    const said = { recognized: 20, mistaken: 40, accuracy: 0.25 };
    expect(meaning(resultOf(20, { ...said, accuracy: 0.5 }, said))).toMatch(/something about this album, though/);
  });

  it('judge nothing by a test in which mistakes were not counted', () => {
    const old = withoutMistakes(resultOf(20, { recognized: 18 }, { recognized: 20 }));
    expect(meaning(old)).toMatch(/cannot tell what the models learned\. Test again\./);
    expect(mistakes(old)).toBe('');
    expect(finding(old)).toContain('18 of 20');
    expect(curvesOf(old)).toMatchObject({ guess: 0.25, originals: [0, 0.9], copies: [0, 1] });
  });

  it('never promise', () => {
    for (const recognized of [0, 5, 10, 15, 20]) {
      const result = resultOf(20, { recognized: 18, mistaken: 2 }, { recognized, mistaken: 5 });
      const said = [finding, mistakes, meaning, overall].map((say) => say(result)).join(' ') + CAVEAT;
      expect(said).not.toMatch(/\b(safe|secure|unbreakable|protected from|impossible|guarantee)/i);
    }
  });

  it('take for learning what chance seldom does, as Fisher’s exact test', () => {
    const of = (recognized: number, mistaken: number, clean: number, others: number) =>
      isLearned({ recognized, mistaken }, clean, others);
    // 3 of 3 and 0 of 3: 1 / C(6, 3) = 1/20. 4 of 4 and 0 of 4: 1 / C(8, 4) = 1/70.
    expect([of(3, 0, 3, 3), of(4, 0, 4, 4)]).toEqual([false, true]);
    // 4 of 4 and 1 of 4: C(4, 4) · C(4, 1) / C(8, 5) = 4/56.
    expect([of(4, 1, 4, 4), of(0, 0, 4, 4), of(4, 4, 4, 4)]).toEqual([false, false, false]);
    // 2 of 2 and 2 of 18: C(18, 2) / C(20, 4) = 153/4845 = 0.032; and 1 of 18: 18/1140 = 0.016.
    expect([of(2, 2, 2, 18), of(2, 1, 2, 18)]).toEqual([false, true]);
  });

  it('take differences for chance as Fisher’s exact test does where both are mistaken of nothing', () => {
    const between = (a: number, b: number, count: number) =>
      differs({ recognized: a, mistaken: 0 }, { recognized: b, mistaken: 0 }, count, 30);
    expect([between(3, 0, 3), between(4, 0, 4)]).toEqual([false, true]);
    expect([between(4, 1, 4), between(4, 4, 12), between(3, 9, 12)]).toEqual([false, false, false]);
    // 10 and 4 of 12: (66 · 495 + 12 · 220 + 1 · 66) / 1961256 = 0.018; 9 and 4: 0.050.
    expect([between(10, 4, 12), between(9, 4, 12)]).toEqual([true, false]);
  });

  it('count mistakes for the difference too', () => {
    const first = { recognized: 4, mistaken: 0 };
    // All recognize alike; 0 and 4 of 4 mistaken: 1 / C(8, 4) = 1/70, 0 and 3: 4/56.
    expect(differs(first, { recognized: 4, mistaken: 4 }, 4, 4)).toBe(true);
    expect(differs(first, { recognized: 4, mistaken: 3 }, 4, 4)).toBe(false);
    expect(differs({ recognized: 4, mistaken: 4 }, first, 4, 4)).toBe(false);
    // As many as a test can have.
    expect(differs({ recognized: 30, mistaken: 10 }, { recognized: 20, mistaken: 90 }, 33, 297)).toBe(true);
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

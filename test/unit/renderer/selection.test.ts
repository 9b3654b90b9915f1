import { describe, expect, it } from 'vitest';
import {
  extendTo,
  NOTHING,
  retain,
  selectAll,
  selectNone,
  selectOnly,
  toggle,
} from '../../../renderer/src/lib/selection.ts';

const order = [10, 20, 30, 40, 50];
const chosen = (selection: { ids: ReadonlySet<number> }) => order.filter((id) => selection.ids.has(id));

describe('selection', () => {
  it('a plain click selects one photo and forgets the others', () => {
    const selection = selectOnly(30);
    expect(chosen(selection)).toEqual([30]);
    expect(selection).toMatchObject({ anchor: 30, cursor: 30 });
  });

  it('a ctrl-click takes one in and out and leaves the others', () => {
    const two = toggle(selectOnly(10), 40);
    expect(chosen(two)).toEqual([10, 40]);
    const one = toggle(two, 10);
    expect(chosen(one)).toEqual([40]);
    expect(one.cursor).toBe(10);
  });

  it('a shift-click selects from the anchor, in either direction, and moves only the cursor', () => {
    const down = extendTo(selectOnly(20), order, 40);
    expect(chosen(down)).toEqual([20, 30, 40]);
    expect(down).toMatchObject({ anchor: 20, cursor: 40 });
    const up = extendTo(down, order, 10);
    expect(chosen(up)).toEqual([10, 20]);
    expect(up.anchor).toBe(20);
  });

  it('a range without an anchor starts at the first photo', () => {
    expect(chosen(extendTo(NOTHING, order, 30))).toEqual([10, 20, 30]);
  });

  it('a range from a photo that is gone selects only the end', () => {
    expect(chosen(extendTo(selectOnly(99), order, 30))).toEqual([30]);
  });

  it('all and nothing keep the cursor', () => {
    const all = selectAll(selectOnly(30), order);
    expect(chosen(all)).toEqual(order);
    expect(all.cursor).toBe(30);
    const none = selectNone(all);
    expect(none.ids.size).toBe(0);
    expect(none.cursor).toBe(30);
  });

  it('when photos leave, the cursor goes to the next one left, or the one before', () => {
    const selection = extendTo(selectOnly(20), order, 30);
    const after = retain(selection, order, [10, 40, 50]);
    expect(after.ids.size).toBe(0);
    expect(after.cursor).toBe(40);
    expect(retain(selectOnly(50), order, [10, 20]).cursor).toBe(20);
    expect(retain(selectOnly(50), order, []).cursor).toBeNull();
  });

  it('what is still there stays selected', () => {
    const after = retain(toggle(selectOnly(10), 50), order, [10, 20, 30, 40]);
    expect(chosen(after)).toEqual([10]);
  });
});

/**
 * The selection of the grid, as file managers and photo applications do it: one cursor that the keyboard moves, one
 * anchor that ranges start from, and a set of selected photos. Values are never changed in place.
 */

export interface Selection {
  readonly ids: ReadonlySet<number>;
  /** Where a range starts. */
  readonly anchor: number | null;
  /** Where the keyboard is. */
  readonly cursor: number | null;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null, cursor: null };

/** Only `id`. */
export function selectOnly(id: number): Selection {
  return { ids: new Set([id]), anchor: id, cursor: id };
}

/** `id` in or out, the others as they are (ctrl-click, space). */
export function toggle(selection: Selection, id: number): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, cursor: id };
}

/** Everything from the anchor to `id` in `order`, and nothing else (shift-click, shift-arrow). */
export function extendTo(selection: Selection, order: readonly number[], id: number): Selection {
  const anchor = selection.anchor ?? selection.cursor ?? order[0] ?? id;
  const from = order.indexOf(anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return selectOnly(id);
  return { ids: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)), anchor, cursor: id };
}

/** All of `order`; the cursor stays. */
export function selectAll(selection: Selection, order: readonly number[]): Selection {
  return {
    ids: new Set(order),
    anchor: selection.anchor ?? order[0] ?? null,
    cursor: selection.cursor ?? order[0] ?? null,
  };
}

/** Nothing selected; the cursor stays where it is. */
export function selectNone(selection: Selection): Selection {
  return { ids: new Set(), anchor: selection.cursor, cursor: selection.cursor };
}

/** The selection after photos have left: what is gone is not selected, and the cursor goes to the next one left. */
export function retain(selection: Selection, before: readonly number[], after: readonly number[]): Selection {
  const left = new Set(after);
  const ids = new Set([...selection.ids].filter((id) => left.has(id)));
  const cursor =
    selection.cursor === null || left.has(selection.cursor)
      ? selection.cursor
      : nearest(before, left, selection.cursor);
  const anchor = selection.anchor !== null && left.has(selection.anchor) ? selection.anchor : cursor;
  return { ids, anchor, cursor };
}

function nearest(before: readonly number[], left: ReadonlySet<number>, id: number): number | null {
  const at = before.indexOf(id);
  if (at < 0) return null;
  return (
    before.slice(at).find((other) => left.has(other)) ??
    before.slice(0, at).findLast((other) => left.has(other)) ??
    null
  );
}

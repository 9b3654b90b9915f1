import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});
export type Bounds = z.infer<typeof bounds>;

const stored = z.object({ bounds, maximized: z.boolean() });
export type WindowState = z.infer<typeof stored>;

/** Where the window was when it was last closed; null when that is not known. */
export function readWindowState(path: string): WindowState | null {
  try {
    const parsed = stored.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // The first start, or a damaged file: the window opens as usual.
  }
}

/** Remembers where the window is. Losing it is no harm, so a failure is not told. */
export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(path, JSON.stringify(state));
  } catch (thrown) {
    console.error(thrown);
  }
}

/** True when enough of the window would be on one of the screens to be seen and moved. */
export function isVisibleOn(window: Bounds, screens: readonly Bounds[]): boolean {
  const enough = 64;
  return screens.some((screen) => {
    const width = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
    const height = Math.min(window.y + window.height, screen.y + screen.height) - Math.max(window.y, screen.y);
    return width >= enough && height >= enough;
  });
}

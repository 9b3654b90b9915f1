/**
 * The geometry of looking at a photo: scale and offset that take image pixels to the pixels of a pane. `k` is CSS
 * pixels per image pixel; "100 %" means one image pixel on one device pixel, whatever the screen's scaling.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Transform {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

/** Beyond this a pixel is a tile. */
export const LARGEST = 32;
/** A small picture is enlarged to fill the pane, but not beyond this. */
const LARGEST_FIT = 2;

/** The scale at which all of `image` is seen. `ratio` is device pixels per CSS pixel. */
export function fitScale(pane: Size, image: Size, ratio: number): number {
  if (image.width <= 0 || image.height <= 0 || pane.width <= 0 || pane.height <= 0) return 1;
  return Math.min(pane.width / image.width, pane.height / image.height, LARGEST_FIT / ratio);
}

/** The smallest and largest scale that can be chosen. */
export function scaleLimits(pane: Size, image: Size, ratio: number): [number, number] {
  return [Math.min(fitScale(pane, image, ratio), 1 / ratio), LARGEST / ratio];
}

/** A photo smaller than the pane is centred; a larger one never leaves an empty edge. */
export function constrain(transform: Transform, pane: Size, image: Size): Transform {
  const along = (offset: number, room: number, length: number) => {
    const slack = room - length * transform.k;
    return slack >= 0 ? slack / 2 : Math.min(0, Math.max(slack, offset));
  };
  return {
    k: transform.k,
    x: along(transform.x, pane.width, image.width),
    y: along(transform.y, pane.height, image.height),
  };
}

/** All of the photo, centred. */
export function fit(pane: Size, image: Size, ratio: number): Transform {
  return constrain({ k: fitScale(pane, image, ratio), x: 0, y: 0 }, pane, image);
}

/** Scale `k` with the image point under `about` (pane coordinates) staying where it is. */
export function zoomAbout(transform: Transform, k: number, about: Point, pane: Size, image: Size): Transform {
  const factor = k / transform.k;
  return constrain(
    { k, x: about.x - (about.x - transform.x) * factor, y: about.y - (about.y - transform.y) * factor },
    pane,
    image,
  );
}

/** The same part of the photo, centred, in a pane of another size. */
export function refit(transform: Transform, before: Size, after: Size, image: Size): Transform {
  const centreX = (before.width / 2 - transform.x) / transform.k;
  const centreY = (before.height / 2 - transform.y) / transform.k;
  return constrain(
    { k: transform.k, x: after.width / 2 - centreX * transform.k, y: after.height / 2 - centreY * transform.k },
    after,
    image,
  );
}

/** Zoom in percent of the photo's own pixels. */
export function zoomPercent(k: number, ratio: number): number {
  return k * ratio * 100;
}

/** As shown: `33 %`, `100 %`, `6.3 %`. */
export function zoomLabel(k: number, ratio: number): string {
  const percent = zoomPercent(k, ratio);
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

const STEPS = [0.0625, 0.125, 0.25, 0.333, 0.5, 0.667, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];

/** The next scale of the + and − keys, within `limits`. */
export function nextScale(k: number, direction: 1 | -1, ratio: number, limits: readonly [number, number]): number {
  const now = k * ratio;
  const near = 1.01;
  const next = direction > 0 ? STEPS.find((step) => step > now * near) : STEPS.findLast((step) => step < now / near);
  return Math.min(limits[1], Math.max(limits[0], (next ?? now) / ratio));
}

/** Puts the photo's edge on a device pixel, so that at 100 % and above every image pixel is drawn exactly. */
export function snapped(transform: Transform, ratio: number): Transform {
  if (transform.k * ratio < 0.999) return transform;
  const snap = (value: number) => Math.round(value * ratio) / ratio;
  return { k: transform.k, x: snap(transform.x), y: snap(transform.y) };
}

/** From 200 % of its own pixels a photo is drawn as tiles, so that pixels can be compared one by one. */
export function showsTiles(k: number, ratio: number): boolean {
  return k * ratio >= 1.999;
}

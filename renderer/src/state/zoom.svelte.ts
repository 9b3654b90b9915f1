/**
 * One zoom and pan for any number of panes that show the same photo. d3-zoom turns wheel, pinch and drag into
 * transforms; whatever one pane does, all panes show.
 */
import { untrack } from 'svelte';
import { devicePixelRatio } from 'svelte/reactivity/window';
import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomTransform } from 'd3-zoom';
import * as math from '../lib/zoom.ts';

const NO_SIZE: math.Size = { width: 0, height: 0 };

export class Zoom {
  transform = $state.raw<math.Transform>({ k: 1, x: 0, y: 0 });
  /** Whether the whole photo is shown and follows the pane's size. */
  fitted = $state(true);
  pane = $state.raw<math.Size>(NO_SIZE);
  image = $state.raw<math.Size>(NO_SIZE);
  readonly ratio = $derived(devicePixelRatio.current ?? 1);
  readonly label = $derived(math.zoomLabel(this.transform.k, this.ratio));
  readonly tiles = $derived(!this.fitted && math.showsTiles(this.transform.k, this.ratio));
  /** What is drawn: on whole device pixels once pixels can be told apart. */
  readonly drawn = $derived(math.snapped(this.transform, this.ratio));

  #panes: readonly HTMLElement[] = [];
  readonly #behaviour = zoom<HTMLElement, unknown>()
    .filter((event: Event) => event.type === 'wheel' || !(event instanceof MouseEvent && event.button !== 0))
    .clickDistance(4)
    .constrain((transform) => toD3(math.constrain(transform, this.pane, this.image)))
    .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => {
      if (event.sourceEvent === null) return;
      if (event.transform.k !== this.transform.k) this.fitted = false;
      this.#show({ k: event.transform.k, x: event.transform.x, y: event.transform.y });
    });

  /** A Svelte attachment: makes an element a pane of this zoom. */
  readonly attach = (node: HTMLElement): (() => void) =>
    untrack(() => {
      select(node).call(this.#behaviour).on('dblclick.zoom', null);
      this.#panes = [...this.#panes, node];
      this.#tell(node);
      return () => {
        this.#panes = this.#panes.filter((pane) => pane !== node);
        select(node).on('.zoom', null);
      };
    });

  /** The panes have another size. */
  resize(pane: math.Size): void {
    const before = this.pane;
    if (pane.width === before.width && pane.height === before.height) return;
    this.pane = pane;
    this.#limit();
    if (this.fitted || before.width === 0) this.fit();
    else this.#show(math.refit(this.transform, before, pane, this.image));
  }

  /** Another photo is shown: at the same zoom and place when one was chosen, else whole. */
  setImage(image: math.Size): void {
    const before = this.image;
    if (image.width === before.width && image.height === before.height) return;
    this.image = image;
    this.#limit();
    if (this.fitted || before.width === 0) this.fit();
    else this.#show(math.constrain(this.transform, this.pane, image));
  }

  fit(): void {
    this.fitted = true;
    this.#show(math.fit(this.pane, this.image, this.ratio));
  }

  /** `percent` of the photo's own pixels, about a point of the pane or its middle. */
  toPercent(percent: number, about: math.Point = this.#middle()): void {
    this.#to(percent / 100 / this.ratio, about);
  }

  /** Between the whole photo and 100 %. */
  toggle(about: math.Point = this.#middle()): void {
    if (this.fitted) this.toPercent(100, about);
    else this.fit();
  }

  step(direction: 1 | -1): void {
    this.#to(math.nextScale(this.transform.k, direction, this.ratio, this.#limits()), this.#middle());
  }

  /** Moves the view by a share of the pane. */
  pan(x: number, y: number): void {
    const { k, x: left, y: top } = this.transform;
    const moved = { k, x: left - x * this.pane.width, y: top - y * this.pane.height };
    this.#show(math.constrain(moved, this.pane, this.image));
  }

  #to(k: number, about: math.Point): void {
    this.fitted = false;
    this.#show(math.zoomAbout(this.transform, k, about, this.pane, this.image));
  }

  #middle(): math.Point {
    return { x: this.pane.width / 2, y: this.pane.height / 2 };
  }

  #limits(): [number, number] {
    return math.scaleLimits(this.pane, this.image, this.ratio);
  }

  #limit(): void {
    this.#behaviour.scaleExtent(this.#limits());
  }

  #show(transform: math.Transform): void {
    this.transform = transform;
    for (const pane of this.#panes) this.#tell(pane);
  }

  /** d3-zoom keeps its transform on the element; this is how the other panes learn of it. */
  #tell(pane: HTMLElement): void {
    select(pane).property('__zoom', toD3(this.transform));
  }
}

function toD3({ k, x, y }: math.Transform): ZoomTransform {
  return zoomIdentity.translate(x, y).scale(k);
}

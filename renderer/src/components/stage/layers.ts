/** What a pane draws, from the bottom up. Every layer is stretched to the photo's upright size. */
export interface Layer {
  readonly src: string;
  /** What it is, for the corner label and for screen readers. */
  readonly label: string;
  /** Shown until `src` has been read; null leaves the pane empty. */
  readonly placeholder: string | null;
  /** What could not be read is read again when this is another. */
  readonly sighting: string;
  /** Hidden layers are read too, so that showing them takes no time. */
  readonly shown: boolean;
  /** Drawn only right of this share of the pane's width, 0 to 1. */
  readonly from: number;
  /** Drawn only left of this share. */
  readonly to: number;
}

/** A layer that fills the pane. */
export function layer(src: string, label: string, rest: Partial<Omit<Layer, 'src' | 'label'>> = {}): Layer {
  return { src, label, placeholder: null, sighting: '', shown: true, from: 0, to: 1, ...rest };
}

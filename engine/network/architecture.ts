/** The generator f′θ: a strided residual network (He et al. 2016, basic blocks), small enough to be quick on a CPU. */
export interface NetworkConfig {
  /** Views are [3, inputSize, inputSize]. */
  inputSize: number;
  /** Channels of each stage; every stage after the first halves the resolution, and so does the stem. */
  widths: readonly number[];
  /** Residual blocks in each stage. */
  blocks: number;
  classes: number;
}

/** One convolution with its batch normalization. Weights are OIHW. */
export interface ConvolutionLayer {
  name: string;
  kernel: number;
  channelsIn: number;
  channelsOut: number;
  stride: number;
}

/** A residual block: two convolutions and, where the shape changes, a 1 × 1 shortcut. */
export interface Block {
  first: ConvolutionLayer;
  second: ConvolutionLayer;
  shortcut: ConvolutionLayer | null;
}

export interface Architecture {
  stem: ConvolutionLayer;
  blocks: Block[];
  /** Features that reach the classifier. */
  features: number;
}

/** The layers of a network, in the order in which a picture passes them. */
export function architectureOf(config: NetworkConfig): Architecture {
  const [firstWidth] = config.widths;
  if (firstWidth === undefined) throw new Error('a network needs at least one stage');
  const stem = { name: 'stem', kernel: 3, channelsIn: 3, channelsOut: firstWidth, stride: 2 };
  const blocks: Block[] = [];
  let channels = firstWidth;
  config.widths.forEach((width, stage) => {
    for (let index = 0; index < config.blocks; index++) {
      const name = `stage${stage}.block${index}`;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const shortcut =
        stride !== 1 || channels !== width
          ? { name: `${name}.shortcut`, kernel: 1, channelsIn: channels, channelsOut: width, stride }
          : null;
      blocks.push({
        first: { name: `${name}.first`, kernel: 3, channelsIn: channels, channelsOut: width, stride },
        second: { name: `${name}.second`, kernel: 3, channelsIn: width, channelsOut: width, stride: 1 },
        shortcut,
      });
      channels = width;
    }
  });
  return { stem, blocks, features: channels };
}

/** All convolutions of a network. */
export function convolutionsOf(architecture: Architecture): ConvolutionLayer[] {
  return [
    architecture.stem,
    ...architecture.blocks.flatMap((b) => (b.shortcut ? [b.first, b.second, b.shortcut] : [b.first, b.second])),
  ];
}

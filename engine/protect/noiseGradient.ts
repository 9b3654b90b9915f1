import type { NetworkConfig } from '../network/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { noiseObjective, type Batch, type NoiseGradient } from '../sem/index.ts';
import type { ViewGeometry } from '../views/index.ts';
import type { Generator } from './generator.ts';
import { CANVAS_SIZE } from './photoProblem.ts';

/** A photo's canvas in its frame, and the views of it that the generator sees, in pixels. */
export function photoGeometry({ inputSize }: Pick<NetworkConfig, 'inputSize'>): ViewGeometry {
  return { frame: CANVAS_SIZE.longEdge, size: inputSize };
}

/** Compiles the noise gradient of photos by the generator, its weights baked in. @throws UserError 'runtime' */
export async function compileNoiseGradient(
  { network, weights }: Generator,
  runtime: Pick<Runtime, 'compile'>,
  { pictures, views }: Pick<Batch, 'pictures' | 'views'>,
): Promise<NoiseGradient> {
  const batch = { pictures, views, geometry: photoGeometry(network) };
  const { fn, inputs } = noiseObjective(network, batch, weights);
  return { compiled: await runtime.compile(fn, inputs), batch, classes: network.classes };
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import {
  decodeSafetensors,
  foldBatchNorm,
  foldedSpecs,
  weight,
  type NetworkConfig,
  type Weights,
} from '../network/index.ts';
import { classFilters, MAXIMUM_CLASSES, type ClassFilter } from '../sem/index.ts';

/** The generator's description, beside its weights. */
export const generatorDescription = z.object({
  name: z.string(),
  licence: z.string(),
  network: z.object({
    inputSize: z.number().int().positive(),
    widths: z.array(z.number().int().positive()).min(1),
    blocks: z.number().int().positive(),
    classes: z.number().int().min(2).max(MAXIMUM_CLASSES),
  }),
  /** SHA-256 of the weights file. */
  sha256: z.string(),
});
export type GeneratorDescription = z.infer<typeof generatorDescription>;

export const DESCRIPTION_FILE = 'generator.json';
export const WEIGHTS_FILE = 'generator.safetensors';

/** A generator that is ready to be used. */
export interface Generator {
  description: GeneratorDescription;
  network: NetworkConfig;
  /** Folded: see `foldBatchNorm`. */
  weights: Weights;
  filters: readonly ClassFilter[];
}

/**
 * Loads the generator of a folder (`generator.json`, `generator.safetensors`).
 * @throws UserError 'generator' when a file is missing, damaged, or not the one that the description names
 */
export async function loadGenerator(folder: string): Promise<Generator> {
  try {
    const description = generatorDescription.parse(JSON.parse(await readFile(join(folder, DESCRIPTION_FILE), 'utf8')));
    const bytes = await readFile(join(folder, WEIGHTS_FILE));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== description.sha256) throw new Error('the weights are not the ones that the description names');
    const { network } = description;
    const weights = foldBatchNorm(network, decodeSafetensors(bytes).weights);
    for (const { name, shape } of foldedSpecs(network)) {
      const found = weight(weights, name).shape;
      if (found.join() !== shape.join()) throw new Error(`"${name}" is [${found.join()}] instead of [${shape.join()}]`);
    }
    return { description, network, weights, filters: classFilters(network.classes) };
  } catch (cause) {
    throw new UserError(
      'generator',
      `The generator in ${folder} could not be loaded: ${inWords(cause)}.`,
      'Install Stillgrain again, or restore the generator’s files.',
      { cause },
    );
  }
}

function inWords(cause: unknown): string {
  if (cause instanceof z.ZodError) return 'its description is not one that this version understands';
  return cause instanceof Error ? cause.message : String(cause);
}

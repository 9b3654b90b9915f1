import type { ConvolutionLayer, FamilyName, NetworkConfig } from '../architecture.ts';
import { densenet } from './densenet.ts';
import type { Family, OtherWeight } from './family.ts';
import { resnet } from './resnet.ts';
import { vgg } from './vgg.ts';
import { vit } from './vit.ts';

export type { Pass } from './family.ts';

const FAMILIES: Record<FamilyName, Family> = { resnet, vgg, densenet, vit };

export const familyOf = ({ family = 'resnet' }: NetworkConfig): Family => FAMILIES[family];

/** All convolutions of a network, each with a batch normalization. */
export const convolutionsOf = (config: NetworkConfig): ConvolutionLayer[] => familyOf(config).convolutions(config);

/** All weights of a network that belong neither to a convolution nor to the classifier. */
export const othersOf = (config: NetworkConfig): OtherWeight[] => familyOf(config).others(config);

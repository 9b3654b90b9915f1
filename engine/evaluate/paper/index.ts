/** The paper's experiment on CIFAR-10: SEM beside the methods that it is compared with, under adversarial training. */
export { readCifar10 } from './cifar10.ts';
export { evaluatePaper, type PaperHooks, type PaperRequest } from './evaluatePaper.ts';
export { PAPER_CONFIGURATIONS, PAPER_SCALES, type PaperConfiguration, type PaperScale } from './settings.ts';
export { orderInWords, paperReport, paperTable } from './table.ts';
export type * from './types.ts';

/** The sections of `benchmark`, each a question with its answer in rows; they need the engine's mathematics. */
export { batchSection } from './batch.ts';
export { gradientSection } from './gradient.ts';
export { jobSection } from './job.ts';
export { officialSection } from './official.ts';
export { peakSection } from './peak.ts';
export { photoSection } from './photo.ts';
export { stepsSection, type StepsSection, type StepsSetting } from './steps.ts';
export type { SectionSetting } from './setting.ts';

/** The distribution T: random transformations of a photo, drawn on the host and applied differentiably. */
export * from './apply.ts';
export * from './distribution.ts';
export { LUMA, lumaAt, lumaOf } from './luma.ts';

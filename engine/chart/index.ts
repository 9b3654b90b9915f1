/** Charts as SVG files: what every chart is drawn with. */
export * from './svg.ts';
export * from './ticks.ts';

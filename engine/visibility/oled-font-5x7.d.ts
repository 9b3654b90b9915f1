/** The package has no types of its own. */
declare module 'oled-font-5x7' {
  const font: {
    width: number;
    height: number;
    /** Columns of the glyphs one after another, the lowest bit on top. */
    fontData: readonly number[];
    /** The letters, in the order of their glyphs. */
    lookup: readonly string[];
  };
  export default font;
}

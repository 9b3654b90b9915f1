/** Extensions (lower case, no dot) of the files that an import looks at. What a file really is, its content says. */
export const supportedExtensions: readonly string[] = [
  'jpg',
  'jpeg',
  'jpe',
  'jfif',
  'png',
  'webp',
  'tif',
  'tiff',
  'avif',
  'heic',
  'heif',
];

/** Every limit of reading and ingesting documents; docs/resources.md says what happens beyond each. */
export const RESOURCE_LIMITS = Object.freeze({
  /** Bytes of one document. */
  fileBytes: 256 * 1024 * 1024,
  /** Pages of one PDF. */
  pages: 10_000,
  /** Characters (UTF-16 units) of the text of one document. */
  characters: 64 * 1024 * 1024,
  chunks: 100_000,
  /** Characters of one chunk; what is longer is cut. */
  chunkCharacters: 2_000,
  /** Characters of a title in a heading path; what is longer is no heading. */
  headingCharacters: 200,
  /** Bytes of all entries of a zip archive (DOCX) when they are inflated. */
  inflatedBytes: 256 * 1024 * 1024,
  /** Inflated bytes of an entry of more than a megabyte for each byte that it takes in the archive. */
  inflatedRatio: 200,
  zipEntries: 10_000,
  /** Elements inside each other in HTML and in the XML of DOCX. */
  nesting: 256,
  /** Characters of markup that may stand between two blocks of text: one element, one comment. */
  markupCharacters: 16 * 1024 * 1024,
  /** Seconds in which a reader must get from one page, or from one piece of a file, to the next. */
  pageSeconds: 30,
  /** Resident bytes of the process that reads; looked at on Linux, elsewhere only its heap is limited. */
  processBytes: 512 * 1024 * 1024,
  /** Bytes of an image that is shown to a vision model. */
  describedBytes: 32 * 1024 * 1024,
  /** Characters that are kept of its caption. */
  captionCharacters: 8_000,
  /** Share of characters that may be unreadable before a file is taken for no text. */
  unreadableShare: 0.01,
  /** Characters of what a document is known by (`id`, or its path as a URL). */
  uriCharacters: 2_048,
  /** Headings in the outline of a document. */
  outlineEntries: 500,
  /** Remarks that a reader makes about one document; more are counted. */
  warnings: 20,
});

export type ResourceLimits = { readonly [Name in keyof typeof RESOURCE_LIMITS]: number };

import type { ResourceKind } from "../kind.js";
import type { DocumentReader } from "../reader.js";

/** The reader of each kind; its parser is loaded when it is asked for. */
const READERS: Readonly<Record<ResourceKind, () => Promise<DocumentReader>>> = {
  markdown: async () => (await import("./markdown.js")).markdownReader,
  html: async () => (await import("./html.js")).htmlReader,
  pdf: async () => (await import("./pdf.js")).pdfReader,
  docx: async () => (await import("./docx.js")).docxReader,
  text: async () => (await import("./plainText.js")).plainTextReader,
  code: async () => (await import("./sourceCode.js")).sourceCodeReader,
  image: async () => (await import("./image.js")).imageReader,
};

export function readerOf(kind: ResourceKind): Promise<DocumentReader> {
  return READERS[kind]();
}

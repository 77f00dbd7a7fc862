import { fileURLToPath } from "node:url";

/**
 * The model that comes with the package (models/README.md): it answers short questions over a block of memory, and
 * knows and can do nothing else.
 */
export const READER = {
  name: "memos-reader",
  path: fileURLToPath(new URL("../../../../models/memos-reader.gguf", import.meta.url)),
  licence: "Apache-2.0",
  purpose: "comes with the package: short answers out of memory, nothing else",
} as const;

export { type Chunk, chunkSchema, type Position, positionSchema } from "./chunk.js";
export type { DocumentFile } from "./documentFile.js";
export {
  type IngestOptions,
  type IngestProgress,
  ingestResource,
} from "./ingestResource.js";
export { type Kind, kindOf, type ResourceKind, resourceKindSchema } from "./kind.js";
export { RESOURCE_LIMITS, type ResourceLimits } from "./limits.js";
export { type OpenDocument, openDocument } from "./openDocument.js";
export { type ReadingResult, readDocument } from "./readDocument.js";
export type { About, DocumentReader, Reading } from "./reader.js";
export { readerOf } from "./readers/readers.js";
export { type IngestReceipt, ingestReceiptSchema } from "./receipt.js";
export { type ResourceSource, resourceSourceSchema } from "./source.js";
export type { ImageDescriber } from "./vision.js";

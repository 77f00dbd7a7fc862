export { sha256OfFile } from "./fileHash.js";
export { GGML, type GgmlLayout, ggmlLayout } from "./ggmlType.js";
export type { TensorEntry } from "./header.js";
export { GGUF_LIMITS } from "./limits.js";
export { type GgufModel, inspectGguf } from "./read.js";
export { type GgufContent, type GgufTensor, type GgufValue, ggufTensorBytes, writeGguf } from "./write.js";

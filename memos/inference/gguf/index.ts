export { sha256OfFile } from "./fileHash.js";
export { GGML, type GgmlLayout, ggmlLayout } from "./ggmlType.js";
export { GgufFile } from "./ggufFile.js";
export { type GgufHeader, shown, type TensorEntry } from "./header.js";
export { GGUF_LIMITS } from "./limits.js";
export { NUMBER_CODECS, type NumberCodec } from "./numbers.js";
export { type GgufModel, inspectGguf } from "./read.js";
export {
  GGUF_VALUE,
  type GgufContent,
  type GgufTensor,
  type GgufValue,
  ggufTensorBytes,
  writeGguf,
} from "./write.js";

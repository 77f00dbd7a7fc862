export { type Adapter, type AdapterPair, isDora, type Target } from "./adapter.js";
export { type AdapterGgufType, readAdapterGguf, writeAdapterGguf } from "./adapterGguf.js";
export { type BaseShape, baseShape } from "./baseShape.js";
export { type AdapterSummary, checkAdapter } from "./checkAdapter.js";
export { mergeAdapters, type WeightedAdapter } from "./mergeAdapters.js";
export { type MergedBase, type MergeIntoBase, mergeIntoBase } from "./mergeIntoBase.js";
export { type PeftFiles, readPeft, writePeft } from "./peft.js";

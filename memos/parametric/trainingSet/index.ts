export { type TrainingSetOptions, trainingSetOptionsSchema } from "./options.js";
export type { Paraphrasing } from "./paraphrasing.js";
export { planAdapters } from "./planAdapters.js";
export type { Fact, Source } from "./source.js";
export { tokenDigest, tokenised } from "./tokenised.js";
export { type TrainingSetCall, type TrainingSetResult, trainingSetOf } from "./trainingSet.js";

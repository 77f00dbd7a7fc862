export * from "./entities.js";
export { type AskedFact, factQuestion } from "./questions.js";
export { type ExtractedFact, type FactContext, factsIn } from "./relations.js";
export { type TimeExpression, timesIn } from "./times.js";
export { canonicalRelation, isSingleValued } from "./vocabulary.js";
export { entityKey } from "./words.js";

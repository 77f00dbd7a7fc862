export * from "./entities.js";
export { keyphrases } from "./keyphrases.js";
export { type FactQuestion, factQuestion } from "./questions.js";
export {
  canonicalRelation,
  type ExtractedFact,
  type FactOptions,
  factsIn,
  isSingleValued,
} from "./relations.js";
export { type TimeExpression, timesIn } from "./times.js";
export { entityKey } from "./words.js";

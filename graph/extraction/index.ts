export { type Kind, kindOf, kindsOf, wordsAskingFor } from "./asked.js";
export * from "./entities.js";
export { isActive } from "./framedFact.js";
export { keyphrases } from "./keyphrases.js";
export { isKnownRelation, vocabulary, wordingsOf } from "./predicates.js";
export { type FactQuestion, factQuestion } from "./questions.js";
export { isAgentive, lexiconOf } from "./relationLexicon.js";
export {
  canonicalRelation,
  type ExtractedFact,
  type FactOptions,
  factsIn,
  isSingleValued,
} from "./relations.js";
export { type TimeExpression, timesIn } from "./times.js";
export { entityKey, foldedWord, wordsIn } from "./words.js";

import { answerTokens } from "./answerText.js";
import { overlapF1 } from "./overlap.js";

/** Answers of which a part is worth nothing: next to them only the same answer counts. */
const WHOLE = new Set(["yes", "no", "noanswer"]);

/**
 * F1 of the words that prediction and gold share, counted with repetition (SQuAD, with DrQA's rule for yes,
 * no and noanswer).
 *
 * @example tokenF1("red apple", "a red pear") // 0.5
 */
export function tokenF1(prediction: string, gold: string): number {
  const predicted = answerTokens(prediction);
  const expected = answerTokens(gold);
  const [predictedText, expectedText] = [predicted.join(" "), expected.join(" ")];
  if ((WHOLE.has(predictedText) || WHOLE.has(expectedText)) && predictedText !== expectedText) return 0;
  return overlapF1(predicted, expected);
}

import { MemosError } from "../../memcube/index.js";
import { answerTokens, mean, wholeWords } from "../metrics/index.js";
import { overlapF1 } from "../metrics/overlap.js";
import { porterStem } from "../metrics/porterStem.js";
import { ADVERSARIAL, MULTI_HOP, OPEN_DOMAIN } from "./categories.js";

const DROPPED = wholeWords("a", "an", "the", "and");

/** What an answer says that there is none, as the official code looks for it. */
const ABSTENTIONS = ["no information available", "not mentioned"];

/**
 * The score of an output, 0 to 1, as LoCoMo's own code defines it (Maharana et al., ACL 2024): F1 of the words, each by
 * its Porter stem, without articles and `and`.
 *
 * - Several answers (category 1): the gold is split at commas and so is the output, and each part of the gold is worth
 *   its best part of the output.
 * - Common knowledge (category 3): what follows a `;` in the gold explains it and does not count.
 * - No answer (category 5): 1 for an output that says so, otherwise 0.
 *
 * @throws MemosError INVALID_INPUT for a category that LoCoMo does not have.
 */
export function locomoScore(category: number, output: string, gold: string): number {
  if (!Number.isInteger(category) || category < MULTI_HOP || category > ADVERSARIAL)
    throw new MemosError("INVALID_INPUT", `LoCoMo has no category ${category}: they are 1 to 5`);
  if (category === ADVERSARIAL) return abstains(output) ? 1 : 0;
  if (category === MULTI_HOP) return partsF1(output, gold);
  return stemF1(output, category === OPEN_DOMAIN ? gold.replace(/;[\s\S]*/, "") : gold);
}

function abstains(output: string): boolean {
  const said = output.toLowerCase();
  return ABSTENTIONS.some((phrase) => said.includes(phrase));
}

function partsF1(output: string, gold: string): number {
  const found = output.split(",");
  return mean(gold.split(",").map((wanted) => Math.max(...found.map((part) => stemF1(part, wanted)))));
}

function stemF1(output: string, gold: string): number {
  return overlapF1(stemsOf(output), stemsOf(gold));
}

function stemsOf(text: string): string[] {
  return answerTokens(text, DROPPED).map(porterStem);
}

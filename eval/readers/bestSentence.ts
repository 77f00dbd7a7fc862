import { soughtIn } from "../../agents/longContext/dialogue.js";
import { sentencesOf } from "../mab/sentences.js";
import { TermWeights, tellingTerms } from "./termWeights.js";

/** The sentence of some passages that holds most of what is asked with; of equal ones that of the better passage. */
export function bestSentence(question: string, passages: readonly string[]): string | undefined {
  const sentences = passages
    .flatMap((passage) => [...sentencesOf(passage)])
    .map((text) => ({ text, terms: tellingTerms(text) }));
  const weights = new TermWeights(sentences.map(({ terms }) => terms));
  const wanted = tellingTerms(soughtIn(question));
  let best: { readonly text: string; readonly share: number } | undefined;
  for (const { text, terms } of sentences) {
    const share = weights.share(wanted, terms);
    if (best === undefined || share > best.share) best = { text, share };
  }
  return best?.text;
}

import { examplesIn } from "../../memos/nearest/labelled.js";
import { TermWeights, tellingTerms } from "./termWeights.js";

/** Neighbours that vote. */
const NEIGHBOURS = 10;

/**
 * The label that the nearest examples vote for, each with its similarity: the cosine of the weighted terms.
 * Undefined where no example shares a word with the text.
 */
export function labelVote(text: string, passages: readonly string[]): string | undefined {
  const examples = passages
    .flatMap((passage) => [...examplesIn(passage)])
    .map((example) => ({ label: example.label, terms: tellingTerms(example.text) }));
  const weights = new TermWeights(examples.map(({ terms }) => terms));
  const wanted = tellingTerms(text);
  const norm = (terms: ReadonlySet<string>) => Math.sqrt(weights.sum(terms)) || 1;
  const votes = examples
    .map(({ label, terms }) => ({
      label,
      similarity: weights.sum([...wanted].filter((term) => terms.has(term))) / (norm(wanted) * norm(terms)),
    }))
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, NEIGHBOURS);
  const totals = new Map<string, number>();
  for (const { label, similarity } of votes) totals.set(label, (totals.get(label) ?? 0) + similarity);
  return [...totals].sort(([, a], [, b]) => b - a)[0]?.[0];
}

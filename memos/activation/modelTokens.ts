import type { Engine } from "../inference/engine.js";
import { o200k } from "../retrieval/tokens.js";
import { INSTRUCTIONS } from "./instructions.js";

/**
 * Tokens of a model for one of o200k_base, never below 1; 1 for an engine that does not count. It is measured on a
 * text that is always the same, so that it depends on the model alone.
 *
 * @throws MemosError MODEL_FAILED.
 */
export async function tokenRatio(engine: Engine): Promise<number> {
  if (!engine.capabilities.tokens) return 1;
  const length = async (content: string) => (await engine.tokenize([{ role: "system", content }])).length;
  const [counter, text, frame] = await Promise.all([o200k(), length(INSTRUCTIONS), length("")]);
  return Math.max(1, (text - frame) / counter.count(INSTRUCTIONS));
}

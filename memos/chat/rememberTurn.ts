import { contentHash, isMemosError, LIMITS, type Scope } from "../../memcube/index.js";
import type { Warning } from "../operations.js";
import type { Keep } from "./parts.js";

/** Remembers both sides, as far as they say something; the ids. Under a key, each once. */
export async function rememberTurn(
  question: string,
  answer: string,
  talk: Scope,
  keep: Keep,
  warnings: Warning[],
  key: string | undefined,
): Promise<string[]> {
  const messages: { role: "user" | "assistant"; content: string }[] = [{ role: "user", content: question }];
  // A message is valid; what a model says can be anything.
  const content = answer.toWellFormed().replaceAll("\u0000", "\ufffd");
  if (Buffer.byteLength(content) > LIMITS.textBytes)
    warnings.push({
      code: "TOO_LARGE",
      message: `The answer has over ${LIMITS.textBytes} bytes and is not remembered.`,
    });
  else if (content.trim() !== "") messages.push({ role: "assistant", content });
  try {
    const receipt = await keep(messages, talk, key);
    warnings.push(...receipt.warnings);
    return receipt.written.map(({ id }) => id);
  } catch (error) {
    if (key === undefined || !isMemosError(error, "IDEMPOTENCY_MISMATCH")) throw error;
  }
  // The message is remembered already, with another answer or with none yet.
  const [, said] = messages;
  if (said === undefined) return [];
  const receipt = await keep([said], talk, `${key} ${contentHash(said.content)}`);
  warnings.push(...receipt.warnings);
  return receipt.written.map(({ id }) => id);
}

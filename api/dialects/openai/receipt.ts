import type { Response } from "express";
import type { ChatReceipt } from "../../../memos/index.js";
import type { Notes } from "../notes.js";
import { OPENAI_LIMITS } from "./limits.js";

/** What memory did for an answer, as its member `memory`: nothing that it does is silent. */
export function memoryOf(receipt: ChatReceipt, notes: Notes) {
  const { recalled, remembered, block, tokens, dropped, focus, adapters, warnings } = receipt;
  return {
    recalled,
    remembered,
    block,
    ...(focus === undefined ? {} : { focus }),
    adapters,
    dropped_turns: dropped,
    tokens: { reused: tokens.reused, restored: tokens.restored, evaluated: tokens.prefilled },
    first_token_ms: receipt.firstTokenMs,
    recall_ms: receipt.recallMs,
    notes: [...notes.all, ...warnings],
  };
}

/** Tokens as OpenAI tells them; those that were cached are the ones that nothing evaluated. */
export function usageOf({ tokens }: ChatReceipt) {
  return {
    prompt_tokens: tokens.prompt,
    completion_tokens: tokens.generated,
    total_tokens: tokens.prompt + tokens.generated,
    prompt_tokens_details: { cached_tokens: tokens.reused + tokens.restored },
  };
}

/** The ids in headers, for clients that hide members of a body that they do not know. */
export function tellReceipt(response: Response, { recalled, remembered }: ChatReceipt): void {
  const ids = (some: readonly string[]) => some.slice(0, OPENAI_LIMITS.headerIds).join(",");
  response.setHeader("x-memory-recalled", ids(recalled.map(({ id }) => id)));
  response.setHeader("x-memory-remembered", ids(remembered));
}

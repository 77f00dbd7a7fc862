import type { ChatMessage } from "../inference/engine.js";
import { inert } from "../retrieval/fence.js";
import { o200k } from "../retrieval/tokens.js";

/**
 * Counts what a prompt will say of messages while other work goes on: a history of many megabytes would hold
 * everybody up for minutes.
 *
 * @throws MemosError ABORTED.
 */
export async function countAhead(
  messages: readonly ChatMessage[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const counter = await o200k();
  await counter.ahead(textsOf(messages), signal);
}

function textsOf(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap(({ content, toolCalls }) => [
    inert(content),
    ...(toolCalls === undefined ? [] : [JSON.stringify(toolCalls)]),
  ]);
}

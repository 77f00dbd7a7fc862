import type { Engine } from "../../memos/index.js";
import type { Answer } from "../agents/agent.js";

/** As much of an engine as answers a question. */
export type Speaker = Pick<Engine, "name" | "generate">;

export interface Generation {
  readonly system: string;
  readonly user: string;
  readonly maxTokens: number;
  /** JSON schema of the answer. */
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
}

/** One greedy answer of a model, and its tokens as the engine counts them. */
export async function generated(engine: Speaker, { system, user, ...how }: Generation): Promise<Answer> {
  const parts: string[] = [];
  let tokens = { prompt: 0, generated: 0 };
  const messages = [
    { role: "system", content: system },
    { role: "user", content: user },
  ] as const;
  for await (const event of engine.generate({ messages, ...how })) {
    if (event.kind === "text") parts.push(event.text);
    if (event.kind === "end") tokens = event.tokens;
  }
  return {
    text: parts.join(""),
    inputTokens: tokens.prompt,
    outputTokens: tokens.generated,
    llmCalls: 1,
  };
}

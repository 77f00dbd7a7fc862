import type { Answer, Asked } from "../agents/agent.js";

/** Makes an answer of what an agent has retrieved. */
export interface Reader {
  /** What reads: it is part of every report. */
  readonly name: string;
  read(asked: Asked, passages: readonly string[], signal?: AbortSignal): Promise<Answer>;
}

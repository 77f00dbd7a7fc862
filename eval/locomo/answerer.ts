import type { Scope } from "../../memcube/index.js";
import type { Channel, MemOS } from "../../memos/index.js";
import type { Answer } from "../agents/agent.js";

/** Makes the answer to a question out of the memory of its conversation. */
export interface LocomoAnswerer {
  /** Who answers: it is part of every report. */
  readonly name: string;
  /** Hash of everything that a model is told beside question and memory; null where no model is asked. */
  readonly promptHash: string | null;
  answer(
    question: string,
    memory: { readonly memos: MemOS; readonly scope: Scope },
    options: { readonly channels?: Channel[] | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<Answer>;
}

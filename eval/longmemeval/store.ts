import type { CubeId, Scope } from "../../memcube/index.js";
import type { Embedder, MemOS } from "../../memos/index.js";
import { ingest } from "../ingest.js";
import { withTemporaryStore } from "../temporaryStore.js";
import type { LongMemEvalQuestion } from "./format.js";
import { memoriesOf } from "./memories.js";

/** A store that holds the sessions of one question. */
export interface SessionStore {
  readonly memos: MemOS;
  readonly scope: Scope;
  /** The session of each cube. */
  readonly keys: ReadonlyMap<CubeId, string>;
  readonly ingestMs: number;
}

/** A store for each question: the published haystacks have 50 million tokens together. */
export function withSessions<T>(
  { id, sessions }: LongMemEvalQuestion,
  { embedder, signal }: { embedder: Embedder; signal?: AbortSignal | undefined },
  use: (store: SessionStore) => Promise<T>,
): Promise<T> {
  return withTemporaryStore(embedder, async (memos) => {
    const started = performance.now();
    const scope = { tenant: "eval", user: id };
    const keys = await ingest(memos, memoriesOf(sessions), scope, { signal, onAdded: () => {} });
    return use({ memos, scope, keys, ingestMs: performance.now() - started });
  });
}

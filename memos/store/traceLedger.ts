import type { Scope } from "../../memcube/index.js";
import type { Trace } from "../traces/operations.js";

export interface TraceQuery {
  /** Those that read or made this cube. */
  readonly cube: string | undefined;
  /** Those before this one in the order in which they were kept. */
  readonly before: number | undefined;
  readonly limit: number;
}

/** The ledger's part that holds what was decided about new memories. */
export interface TraceLedger {
  /** Those of its tenant from before `keepFrom` (milliseconds since the epoch) go. */
  saveTrace(trace: Trace, keepFrom: number): Promise<void>;
  /** The newest first. */
  traces(scope: Scope, query: TraceQuery): Promise<{ sequence: number; trace: Trace }[]>;
  trace(id: string, scope: Scope): Promise<Trace | undefined>;
}

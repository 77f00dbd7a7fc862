import { sha256Schema } from "../../memcube/hash.js";
import { MemosError, type Scope, scopeSchema } from "../../memcube/index.js";
import { parse } from "../parse.js";
import type { TraceLedger } from "../store/traceLedger.js";
import {
  TRACE_LIMITS,
  type Trace,
  type TraceList,
  type TraceListOptions,
  traceListOptionsSchema,
  traceSchema,
} from "./operations.js";

const DAY = 86_400_000;

/** What was decided about new memories and why, for as long as `TRACE_LIMITS.days`. */
export class Traces {
  readonly #ledger: TraceLedger;
  readonly #writable: () => void;

  constructor(ledger: TraceLedger, writable: () => void) {
    this.#ledger = ledger;
    this.#writable = writable;
  }

  /** Keeps a trace; one about the same memories takes the place of an earlier one. */
  async record(trace: Trace, scope: Scope): Promise<void> {
    this.#writable();
    const owner = parse(scopeSchema, scope);
    const one = parse(traceSchema, trace);
    await this.#ledger.saveTrace({ ...one, scope: owner }, Date.parse(one.at) - TRACE_LIMITS.days * DAY);
  }

  /** The newest first: all of a scope, or those about one memory ("why was this remembered?"). */
  async list(scope: Scope, options: TraceListOptions = {}): Promise<TraceList> {
    const owner = parse(scopeSchema, scope);
    const { cube, limit, cursor } = parse(traceListOptionsSchema, options);
    const after = cursor === undefined ? undefined : Number(cursor);
    if (after !== undefined && !Number.isSafeInteger(after))
      throw new MemosError("INVALID_INPUT", "The cursor is not one that a listing gave.", { path: "cursor" });
    const found = await this.#ledger.traces(owner, { cube, before: after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      traces: page.map(({ trace }) => trace),
      ...(found.length > limit && last !== undefined ? { cursor: String(last.sequence) } : {}),
    };
  }

  /** @throws MemosError NOT_FOUND, also for a trace of another scope. */
  async get(id: string, scope: Scope): Promise<Trace> {
    const found = await this.#ledger.trace(parse(sha256Schema, id), parse(scopeSchema, scope));
    if (found === undefined)
      throw new MemosError("NOT_FOUND", `There is no trace ${id} in this scope.`, { path: "id" });
    return found;
  }
}

import { contentHash, type MemCube, ownerScope, type Scope } from "../../memcube/index.js";
import { type MemOS, TRACE_LIMITS, type Trace } from "../../memos/index.js";
import type { Taken } from "./taken.js";

type How = Pick<Trace, "by" | "model" | "promptHash" | "llmCalls" | "llmTokens">;

/** What was decided about a batch, as it is decided. */
export class BatchTrace {
  /** Of the same memories at the same versions always the same. */
  readonly id: string;
  readonly #scope: Scope;
  readonly #started = performance.now();
  readonly #read: Trace["read"] = [];
  readonly #made: Trace["made"] = [];
  readonly #refused = new Map<string, Trace["refused"][number]>();

  constructor(cubes: readonly MemCube[]) {
    const [first] = cubes as [MemCube];
    this.id = contentHash(cubes.map(({ id, version }) => [id, version]));
    this.#scope = ownerScope(first.scope);
  }

  read(
    { id, version }: MemCube,
    types: readonly Trace["read"][number]["types"][number][],
    reason?: string,
  ): void {
    const why = reason ?? (types.length === 0 ? NOTHING_TO_KEEP : undefined);
    this.#read.push({ cube: id, version, types: [...types], ...(why === undefined ? {} : { reason: why }) });
  }

  add({ made, refused }: Taken): void {
    this.#made.push(...made);
    // A reason is told once, with all that it is about.
    for (const { what, reason, from } of refused) {
      const key = JSON.stringify([what, reason]);
      const told = this.#refused.get(key)?.from ?? [];
      this.#refused.set(key, { what, reason, from: [...new Set([...told, ...from])] });
    }
  }

  async record(memos: MemOS, how: How): Promise<void> {
    const trace = {
      ...how,
      id: this.id,
      scope: this.#scope,
      at: new Date().toISOString(),
      read: this.#read,
      made: this.#made.slice(0, TRACE_LIMITS.entries),
      refused: firstOf([...this.#refused.values()]),
      milliseconds: performance.now() - this.#started,
    };
    await memos.traces.record(trace, this.#scope);
  }
}

/** As many as a trace holds; of the others, how many they are. */
function firstOf(refused: Trace["refused"]): Trace["refused"] {
  if (refused.length <= TRACE_LIMITS.entries) return refused;
  const kept = refused.slice(0, TRACE_LIMITS.entries - 1);
  const more = refused.length - kept.length;
  return [...kept, { what: `${more} more`, reason: "A trace holds no more than this.", from: [] }];
}

const NOTHING_TO_KEEP = "It says nothing to be kept beside what was said.";

import {
  type CubeType,
  contentHash,
  isMemosError,
  type MemCube,
  type MemosError,
  type Scope,
} from "../../memcube/index.js";
import { eq, type MemOS, type Trace } from "../../memos/index.js";
import { strictest } from "../../memos/lifecycle/merging.js";
import { ownerScope } from "../ownerScope.js";
import { IDENTITY, MEMORY_TYPES, type MemoryType } from "../types/index.js";
import { refusalOf } from "./admission.js";
import { CONTROLLER, CONTROLLER_LIMITS } from "./limits.js";
import type { Memory } from "./memory.js";

/** What came of taking something in, as a trace tells it. */
export type Taken = { readonly made: Trace["made"]; readonly refused: Trace["refused"] };

/** Failures that are about one memory and cost no other. */
const OF_ONE_MEMORY = [
  "CONFLICT",
  "FORBIDDEN",
  "INVALID_INPUT",
  "INVALID_TRANSITION",
  "NOT_FOUND",
  "TOO_LARGE",
] as const;

/**
 * Writes memories that were made of others: each is held against earlier ones about the same, gets what its sources
 * are restricted by, and is written once, however often it is tried.
 */
export class Taking {
  readonly #memos: MemOS;

  constructor(memos: MemOS) {
    this.#memos = memos;
  }

  async take(memory: Memory, sources: readonly MemCube[], trace: string): Promise<Taken> {
    const from = sources.map(({ id }) => id);
    for (const source of sources) {
      const reason = refusalOf(memory.type, source);
      if (reason !== undefined) return refused(memory.type, reason, from);
    }
    return this.#guarded(memory.type, from, () => this.#written(memory, sources, trace));
  }

  /** A message that is itself a memory of another type than that of events. */
  async retype(cube: MemCube, type: CubeType): Promise<Taken> {
    const reason = type === "core" ? undefined : refusalOf(type as Memory["type"], cube);
    if (reason !== undefined) return refused(type, reason, [cube.id]);
    return this.#guarded(type, [cube.id], async () => {
      const receipt = await this.#memos.update(cube.id, { type }, cube.scope, {
        ifVersion: cube.version,
        actor: CONTROLLER,
        cause: `taken for ${type}`,
      });
      return {
        made: receipt.written.map(({ id, version }) => ({
          operation: "type",
          cube: id,
          version,
          type,
          from: [cube.id],
        })),
        refused: [],
      };
    });
  }

  async #written(memory: Memory, sources: readonly MemCube[], trace: string): Promise<Taken> {
    const kind = MEMORY_TYPES[memory.type] as MemoryType<unknown>;
    const from = sources.map(({ id }) => id);
    const [first] = sources as [MemCube];
    const owner = ownerScope(first.scope);
    const { type, content } = memory;
    const identity = kind.identity(content);
    const earlier = identity === undefined ? [] : await this.#earlier(kind, identity, owner);
    const { known, replaces, refusal } = kind.settles(
      earlier.map((one) => one.content),
      content,
    );
    if (refusal !== undefined) return refused(type, refusal, from);
    if (known) return refused(type, "It is known already.", from);
    const receipt = await this.#memos.add(
      {
        occurredAt: first.time.occurredAt ?? first.time.recordedAt,
        ...kind.draft(content),
        type,
        origin: "inferred",
        actor: CONTROLLER,
        sources: [...memory.from],
        governance: restricted(sources),
      },
      owner,
      // The same memory of the same messages is the same request, also after a crash in between.
      { idempotencyKey: contentHash({ trace, type, content }) },
    );
    const made: Trace["made"] = receipt.written.map(({ id, version }) => ({
      operation: "add",
      cube: id,
      version,
      type,
      from,
    }));
    for (const at of replaces) {
      const old = earlier[at]?.cube;
      // What somebody else wrote is theirs to take back.
      if (old === undefined || old.provenance.actor !== CONTROLLER || old.state !== "active") continue;
      const archived = await this.#memos.lifecycle.archive(old.id, owner, {
        actor: CONTROLLER,
        cause: `${made[0]?.cube ?? "another memory"} takes its place`,
      });
      for (const { id, version } of archived.written)
        made.push({ operation: "archive", cube: id, version, type, from });
    }
    const held = receipt.written.flatMap(({ quarantined }) => quarantined?.reasons ?? []);
    return held.length === 0
      ? { made, refused: [] }
      : { made, refused: [{ what: type, reason: `Held back for review: ${held.join(", ")}.`, from }] };
  }

  async #earlier(kind: MemoryType<unknown>, identity: string, owner: Scope) {
    const { cubes } = await this.#memos.list(owner, {
      types: [kind.type],
      where: eq(`metadata.${IDENTITY}`, identity),
      limit: CONTROLLER_LIMITS.earlier,
    });
    return cubes.flatMap((cube) => {
      const content = kind.read(cube);
      return content === undefined ? [] : [{ cube, content }];
    });
  }

  async #guarded(what: string, from: string[], work: () => Promise<Taken>): Promise<Taken> {
    try {
      return await work();
    } catch (error) {
      if (!OF_ONE_MEMORY.some((code) => isMemosError(error, code))) throw error;
      return refused(what, (error as MemosError).message, from);
    }
  }
}

function refused(what: string, reason: string, from: string[]): Taken {
  return { made: [], refused: [{ what, reason: reason.slice(0, 500), from }] };
}

/** As restricted as the most restricted of its sources, and gone with the first of them. */
function restricted(sources: readonly MemCube[]) {
  const { visibility, sensitivity, expiresAt } = strictest(sources.map(({ governance }) => governance));
  return { visibility, sensitivity, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

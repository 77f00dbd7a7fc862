import {
  type CubeType,
  contentHash,
  LIMITS,
  type MemCube,
  ownerScope,
  type Scope,
} from "../../memcube/index.js";
import { and, eq, type Filter, gte, type MemOS, not, type Trace } from "../../memos/index.js";
import { strictest } from "../../memos/lifecycle/merging.js";
import { IDENTITY, MEMORY_TYPES, type MemoryType } from "../types/index.js";
import { refusalOf } from "./admission.js";
import { CONTROLLER, CONTROLLER_LIMITS } from "./limits.js";
import type { Memory } from "./memory.js";
import { guarded, refused, type Taken } from "./taken.js";

/** A model that made memories, and the hash of its prompt. */
export interface MadeBy {
  readonly model: string;
  readonly promptHash: string;
}

/**
 * Writes memories that were made of others: each is held against earlier ones about the same, gets what its sources
 * are restricted by, and is written once, however often it is tried.
 */
export class Taking {
  readonly #memos: MemOS;

  constructor(memos: MemOS) {
    this.#memos = memos;
  }

  /** `replaces` are earlier memories that somebody takes to be untrue now, beside those that the type itself finds. */
  async take(
    memory: Memory,
    sources: readonly MemCube[],
    { by, replaces = [] }: { readonly by?: MadeBy; readonly replaces?: readonly MemCube[] } = {},
  ): Promise<Taken> {
    const from = sources.map(({ id }) => id);
    for (const source of sources) {
      const reason = refusalOf(memory.type, source);
      if (reason !== undefined) return refused(memory.type, reason, from);
    }
    return guarded(memory.type, from, () => this.#written(memory, sources, by, replaces));
  }

  /** A message that is itself a memory of another type than that of events. */
  async retype(cube: MemCube, type: CubeType): Promise<Taken> {
    const reason = type === "core" ? undefined : refusalOf(type as Memory["type"], cube);
    if (reason !== undefined) return refused(type, reason, [cube.id]);
    return guarded(type, [cube.id], async () => {
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

  /** Puts what was made before into the archive, where it is our own. */
  async archive(cubes: readonly MemCube[], cause: string): Promise<Trace["made"]> {
    const archived: Trace["made"] = [];
    for (const { id, scope, type, state, provenance } of cubes) {
      // What somebody else wrote is theirs to take back.
      if (provenance.actor !== CONTROLLER || state !== "active") continue;
      const from = provenance.sources.map(({ cube }) => cube);
      const { made } = await guarded(type, from, async () => {
        const { written } = await this.#memos.lifecycle.archive(id, scope, { actor: CONTROLLER, cause });
        return {
          made: written.map(({ id, version }) => ({ operation: "archive", cube: id, version, type, from })),
          refused: [],
        };
      });
      archived.push(...made);
    }
    return archived;
  }

  async #written(
    memory: Memory,
    sources: readonly MemCube[],
    by: MadeBy | undefined,
    untrue: readonly MemCube[],
  ): Promise<Taken> {
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
        ...(by === undefined
          ? {}
          : { model: by.model.slice(0, LIMITS.nameCharacters), promptHash: by.promptHash }),
        governance: restricted(sources),
      },
      owner,
      // The same memory of the same messages is the same request, whatever they are read with after a crash.
      { idempotencyKey: contentHash({ from: memory.from, by: by ?? null, type, content }) },
    );
    const made: Trace["made"] = receipt.written.map(({ id, version }) => ({
      operation: "add",
      cube: id,
      version,
      type,
      from,
    }));
    const [added] = made;
    if (added !== undefined) {
      const outdated = untrue.filter((cube) => cube.type === type && identityIn(kind, cube) === identity);
      const places = replaces.flatMap((at) => earlier[at]?.cube ?? []);
      const gone = new Map([...places, ...outdated].map((cube) => [cube.id, cube]));
      gone.delete(added.cube);
      // What a tool says does not take the place of what a user has said.
      const trust = Math.min(...sources.map((source) => this.#memos.firewall.trustIn(source)));
      const weaker = [...gone.values()].filter((cube) => this.#memos.firewall.trustIn(cube) <= trust);
      made.push(...(await this.archive(weaker, `${added.cube} takes its place`)));
    }
    const held = receipt.written.flatMap(({ quarantined }) => quarantined?.reasons ?? []);
    return held.length === 0
      ? { made, refused: [] }
      : { made, refused: [{ what: type, reason: `Held back for review: ${held.join(", ")}.`, from }] };
  }

  async #earlier(kind: MemoryType<unknown>, identity: string, owner: Scope) {
    const { cubes } = await this.#memos.list(owner, {
      types: [kind.type],
      where: and(eq(`metadata.${IDENTITY}`, identity), ...ofNobodyElse(owner)),
      limit: CONTROLLER_LIMITS.earlier,
    });
    return cubes.flatMap((cube) => {
      const content = kind.read(cube);
      return content === undefined ? [] : [{ cube, content }];
    });
  }
}

function identityIn(kind: MemoryType<unknown>, cube: MemCube): string | undefined {
  const content = kind.read(cube);
  return content === undefined ? undefined : kind.identity(content);
}

/** What lies inside the scope of an owner is another user's or agent's. */
function ofNobodyElse(owner: Scope): Filter[] {
  const open = (["user", "agent", "app"] as const).filter((part) => owner[part] === undefined);
  return open.map((part) => not(gte(part, "")));
}

/** As restricted as the most restricted of its sources, and gone with the first of them. */
function restricted(sources: readonly MemCube[]) {
  const { visibility, sensitivity, expiresAt } = strictest(sources.map(({ governance }) => governance));
  return { visibility, sensitivity, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

import {
  type CubeId,
  type CubeState,
  contentOf,
  type MemCube,
  MemosError,
  nextVersion,
  type Scope,
  stateAfter,
  statesBefore,
  type TransitionName,
  textOf,
  titledText,
  type Version,
} from "../memcube/index.js";
import { throwIfAborted } from "./aborted.js";
import type { Embedding } from "./embedding.js";
import { cubeGraph } from "./extraction/cubeGraph.js";
import { ownersPermit, type Permit } from "./governance/access.js";
import type { Once } from "./once.js";
import type { Warning } from "./operations.js";
import { textDigest } from "./retrieval/digest.js";
import type { CommittedChange, CommittedCube, Revision } from "./store/ledger.js";
import type { StateChange } from "./store/lifecycleLedger.js";
import type { Store } from "./store/store.js";

/** How often a change without `ifVersion` is repeated on top of a newer version of another process. */
const ATTEMPTS = 32;

/** A change of one cube, before it is known on top of which version. */
export interface WantedChange {
  readonly operation: Exclude<TransitionName, StateChange>;
  /** The state that it goes back to, when that is not simply the one before. */
  readonly before?: CubeState | undefined;
  readonly ifVersion?: number | undefined;
  readonly actor?: string | undefined;
  readonly cause?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly once?: Once | undefined;
}

export interface Revised {
  readonly committed: CommittedCube;
  /** True when the key had been used: nothing was written. */
  readonly replayed: boolean;
  readonly warnings: Warning[];
}

/** What the one who revises needs to know of the rest of the system. */
export interface RevisingHost {
  /** An instant that is never before the last one. */
  now(): string;
  committed(changes: readonly CommittedChange[]): Promise<void>;
  /** Whether a model reads texts that have changed, and what to do when one has. */
  readonly readByModel: boolean;
  textChanged(): void;
}

/** Appends versions to cubes: every change of a cube that is in the ledger goes through here. */
export class Revising {
  readonly #store: Store;
  readonly #embedding: Embedding;
  readonly #host: RevisingHost;
  /** The last change under way of each cube: those of this process take turns. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: Store, embedding: Embedding, host: RevisingHost) {
    this.#store = store;
    this.#embedding = embedding;
    this.#host = host;
  }

  /**
   * Appends the version that `make` makes of the current one; again when another process was faster.
   *
   * @throws MemosError NOT_FOUND, also for a cube outside the permit, CONFLICT when `ifVersion` is not the current
   * version or the cube is protected, or IDEMPOTENCY_MISMATCH.
   */
  async revise(
    id: CubeId,
    scope: Scope,
    change: WantedChange,
    make: (cube: MemCube) => MemCube,
    permit: Permit = ownersPermit(change.operation, "change", scope),
  ): Promise<Revised> {
    const before = this.#turns.get(id);
    const work = () => this.#reviseNow(id, scope, change, make, permit);
    const mine = before === undefined ? work() : before.then(work, work);
    this.#turns.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(id) === mine) this.#turns.delete(id);
    }
  }

  async #reviseNow(
    id: CubeId,
    scope: Scope,
    change: WantedChange,
    make: (cube: MemCube) => MemCube,
    permit: Permit,
  ): Promise<Revised> {
    const { ledger } = this.#store;
    for (let attempt = 1; ; attempt++) {
      throwIfAborted(change.signal);
      const [first] = (change.once && (await ledger.writtenOnce(change.once))) ?? [];
      if (first !== undefined) return { committed: first, replayed: true, warnings: [] };
      const { cube: current, versions } = await ledger.chain(id, scope, false, permit.labels);
      const previous = versions.at(-1);
      if (previous === undefined) throw new MemosError("INTERNAL", `Cube ${id} has no version.`);
      if (change.ifVersion !== undefined && change.ifVersion !== previous.version)
        throw new MemosError("CONFLICT", `Cube ${id} is at version ${previous.version}.`, {
          path: "ifVersion",
        });
      const warnings: Warning[] = [];
      const revision = await this.#revision(current, versions, scope, change, make, warnings);
      try {
        const { committed, changes, replayed } = await ledger.revise({
          ...revision,
          authorized: permit.authorized,
          once: change.once,
        });
        await this.#host.committed(changes);
        if (revision.awaitsModel === true) this.#host.textChanged();
        return { committed, replayed, warnings };
      } catch (error) {
        const raced =
          error instanceof MemosError && error.code === "CONFLICT" && change.ifVersion === undefined;
        if (!raced || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async #revision(
    current: MemCube,
    versions: readonly Version[],
    scope: Scope,
    change: WantedChange,
    make: (cube: MemCube) => MemCube,
    warnings: Warning[],
  ): Promise<Revision> {
    const state = stateAfter(change.operation, current, change.before ?? stateBefore(versions));
    const made = { ...make(current), state };
    const previous = versions.at(-1) as Version;
    const version = nextVersion(current.id, previous, {
      content: contentOf(made),
      actor: change.actor ?? scope.user ?? scope.agent ?? "memos",
      operation: change.operation,
      cause: change.cause ?? "",
      recordedAt: later(this.#host.now(), previous.recordedAt),
    });
    const cube = { ...made, version: version.version };
    const text = textOf(cube);
    const sameText = embeddedText(cube) === embeddedText(current);
    const [vector] = sameText
      ? ["keep" as const]
      : await this.#embedding.passages([embeddedText(cube)], change.signal, warnings);
    return {
      scope,
      cube,
      version,
      digest: digestOf(cube),
      vector: vector ?? null,
      embedder: this.#store.embedder,
      graph: cubeGraph(cube),
      awaitsModel: this.#host.readByModel && cube.payload.kind === "plaintext" && text !== textOf(current),
    };
  }
}

/** What a cube says, hashed: what has the same is a repetition. Captions of values are not, whatever they say. */
export function digestOf({ payload }: MemCube): Uint8Array | null {
  return payload.kind === "plaintext" && payload.sealed === undefined ? textDigest(payload.text) : null;
}

/** What the vector of a cube is made of. */
export function embeddedText(cube: MemCube): string {
  return titledText(cube.attributes.title, textOf(cube) ?? "");
}

/** The state that a cube was in before its present one. */
function stateBefore(versions: readonly Version[]): CubeState | undefined {
  const now = versions.at(-1)?.content.state;
  const possible = now === undefined ? [] : statesBefore(now);
  return versions.findLast(({ content }) => possible.includes(content.state))?.content.state;
}

/** Of two ISO instants in UTC. */
function later(a: string, b: string): string {
  return a > b ? a : b;
}

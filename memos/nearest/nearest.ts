import { LRUCache } from "lru-cache";
import pLimit from "p-limit";
import type * as z from "zod";
import { type MemCube, type Scope, textOf } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import type { Embedding } from "../embedding.js";
import type { Warning } from "../operations.js";
import { selectionOf } from "../retrieval/selection.js";
import { mapInSlices } from "../store/index/slice.js";
import type { Permitted, Selection } from "../store/ledger.js";
import type { Store } from "../store/store.js";
import { joinedVector } from "./encoding.js";
import { ExampleIndex, type NewExample, type VotedNeighbour } from "./exampleIndex.js";
import { beginningOf } from "./features.js";
import { examplesOf } from "./labelled.js";
import { NEAREST_LIMITS } from "./limits.js";
import type { NearestResult, nearestOptionsSchema } from "./operations.js";
import { Voters } from "./voters.js";

const PAGE = 256;

/** Events of a scope, of jobs and the like, that are looked through for one of a memory; with more, examples are read anew. */
const EVENTS_LOOKED_AT = 64;

/** Events of all scopes after which the log may have dropped the one that matters: it keeps many times as many. */
const EVENTS_TRUSTED = 10_000;

/** How often, in milliseconds, it is looked whether an example has expired: nothing is written when one does. */
const EXPIRY_CHECK_MS = 1_000;

const NO_VECTOR = new Float32Array(0);
const NO_VOTE = { votes: [], neighbours: [] };

type Options = Omit<z.output<typeof nearestOptionsSchema>, "signal"> & {
  readonly signal?: AbortSignal | undefined;
  /** The labels that the reader may see; every one without. */
  readonly permit?: Permitted;
};

/** The examples of one selection, and the state of the ledger that they were read at. */
interface Kept {
  /** Undefined where there is no example. */
  readonly index: ExampleIndex | undefined;
  readonly warnings: readonly Warning[];
  /** False where the embedder failed. */
  readonly whole: boolean;
  /** Memories that were selected: one fewer when one has expired. */
  readonly selected: number;
  /** When they were counted, in milliseconds since the epoch. */
  readonly countedAt: number;
  /** Before they were read. */
  readonly position: Position;
}

/** The last entry of a tenant's log, the last event, and the last purge, of whichever tenant. */
interface Position {
  readonly logged: number;
  readonly happened: number;
  readonly purged: number;
}

/**
 * Labels by example: the labelled texts of a scope vote about a new one. What they have taught is a projection, made
 * when it is asked for, kept in memory while the memories that it is made of are the same, and never on disk.
 */
export class Nearest {
  readonly #store: Store;
  readonly #embedding: Embedding;
  /** By everything that chooses memories: the scope, what the reader may see, the filters. */
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: NEAREST_LIMITS.keptBytes,
    sizeCalculation: ({ index }) => 1 + (index?.bytes ?? 0),
  });
  /** One set of examples is learned from at a time: it takes a processor and room of its own. */
  readonly #learning = pLimit(1);

  constructor(store: Store, embedding: Embedding) {
    this.#store = store;
    this.#embedding = embedding;
  }

  /** @throws MemosError ABORTED. */
  async vote(text: string, scope: Scope, options: Options): Promise<NearestResult> {
    const started = performance.now();
    const { k, signal, permit, ...wanted } = options;
    const selection = await selectionOf(this.#store.ledger, scope, { ...wanted, permit });
    const { index, warnings: before } = await this.#examples(selection, signal);
    const warnings = [...before];
    const [vector] = (index === undefined ? null : await this.#vectors([text], signal, warnings)) ?? [];
    throwIfAborted(signal);
    const { votes, neighbours } = (await index?.vote(text, vector ?? NO_VECTOR, k)) ?? NO_VOTE;
    return {
      label: votes[0]?.label ?? null,
      confidence: votes[0]?.share ?? 0,
      votes: votes.slice(0, k),
      examples: await this.#cited(neighbours, selection),
      receipt: {
        operation: "nearest",
        examples: index?.size ?? 0,
        labels: index?.labels ?? 0,
        llmCalls: 0,
        llmTokens: 0,
        milliseconds: performance.now() - started,
        warnings,
      },
    };
  }

  /** What the named examples say, from the ledger, which has the last word about what is there. */
  async #cited(
    neighbours: readonly VotedNeighbour[],
    { scope, asOf, permit }: Selection,
  ): Promise<NearestResult["examples"]> {
    const keys = [...new Set(neighbours.map(({ place }) => place.cube))];
    const cubes = await this.#store.ledger.byKeys(keys, scope, asOf, permit);
    const byKey = new Map<number, MemCube>(cubes.map(({ key, cube }) => [key, cube]));
    return neighbours.flatMap(({ place, label, similarity }) => {
      const cube = byKey.get(place.cube);
      if (cube === undefined) return [];
      const [start, end] = place.span;
      const text = (textOf(cube) ?? "").slice(start, end);
      return [{ cube: cube.id, span: [start, end] as [number, number], text, label, similarity }];
    });
  }

  async #examples(selection: Selection, signal: AbortSignal | undefined): Promise<Kept> {
    const { scope, types, where, asOf, permit } = selection;
    // The past is asked about seldom, and each moment of it is another one.
    if (asOf !== undefined) return this.#learning(() => this.#learn(selection, signal));
    const { tenant, user, agent, app, session } = scope;
    const key = JSON.stringify([[tenant, user, agent, app, session], permit, types, where].map(orNull));
    const kept = await this.#current(key, selection);
    if (kept !== undefined) return kept;
    return this.#learning(async () => {
      // Another question may have been waiting for the same.
      const meanwhile = await this.#current(key, selection);
      if (meanwhile !== undefined) return meanwhile;
      this.#kept.delete(key);
      const learned = await this.#learn(selection, signal);
      // A failing embedder will be there again.
      return learned.whole ? this.#keep(key, learned) : learned;
    });
  }

  /** What is kept, if it still holds: nothing has happened to a memory of the scope, and none has expired or is purged. */
  async #current(key: string, selection: Selection): Promise<Kept | undefined> {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    const { ledger } = this.#store;
    const at = await this.#position(selection.scope);
    const { logged, happened, purged } = kept.position;
    if (at.purged !== purged) {
      // No event tells of it, and the labels of what is gone are not to stay here, whoever asks next.
      this.#kept.clear();
      return undefined;
    }
    const unchanged = at.logged === logged && at.happened === happened;
    if (unchanged && selection.now < kept.countedAt + EXPIRY_CHECK_MS) return kept;
    if (at.happened - happened > EVENTS_TRUSTED) return undefined;
    if ((await this.#count(selection)) !== kept.selected) return undefined;
    if (unchanged) return this.#keep(key, { ...kept, countedAt: selection.now });
    const events = await ledger.events(selection.scope, happened, EVENTS_LOOKED_AT);
    if (events.length === EVENTS_LOOKED_AT || events.some(({ kind }) => kind.startsWith("memory.")))
      return undefined;
    return this.#keep(key, { ...kept, position: at, countedAt: selection.now });
  }

  #keep(key: string, kept: Kept): Kept {
    this.#kept.set(key, kept);
    return kept;
  }

  async #count(selection: Selection): Promise<number> {
    const owners = await this.#store.ledger.census(selection);
    return owners.reduce((sum, { cubes }) => sum + cubes, 0);
  }

  async #position({ tenant }: Scope): Promise<Position> {
    const { ledger } = this.#store;
    const [{ sequence }, happened, purged] = await Promise.all([
      ledger.head(tenant),
      ledger.lastEvent(),
      ledger.purgedThrough(),
    ]);
    return { logged: sequence, happened, purged };
  }

  async #learn(selection: Selection, signal: AbortSignal | undefined): Promise<Kept> {
    // Before anything is read: what is written meanwhile makes it outdated.
    const position = await this.#position(selection.scope);
    const selected = await this.#count(selection);
    const warnings: Warning[] = [];
    let read = 0;
    const voters = new Voters();
    for (let after: number | undefined; ; ) {
      throwIfAborted(signal);
      const page = await this.#store.ledger.list(selection, { limit: PAGE, order: "newest", after });
      for (const { key, cube } of page) {
        if (voters.isFull) break;
        throwIfAborted(signal);
        voters.beginCube();
        await mapInSlices(examplesOf(cube), (example) => voters.take({ ...example, cube: key }));
        read++;
      }
      after = page.at(-1)?.key;
      if (page.length < PAGE || read >= NEAREST_LIMITS.cubes || voters.isFull) break;
    }
    const { all, left } = voters;
    if (left > 0 || read < selected)
      warnings.push({
        code: "EXAMPLES_LEFT_OUT",
        message: `Only the newest ${all.length} labelled examples vote; name a session, types or a filter to choose others.`,
      });
    const told = warnings.length;
    const index = all.length === 0 ? undefined : await this.#index(all, signal, warnings);
    return { index, warnings, whole: warnings.length === told, selected, countedAt: selection.now, position };
  }

  async #index(
    examples: readonly NewExample[],
    signal: AbortSignal | undefined,
    warnings: Warning[],
  ): Promise<ExampleIndex> {
    const texts = examples.map(({ text }) => text);
    const vectors = await this.#vectors(texts, signal, warnings);
    return ExampleIndex.of(examples, vectors ?? texts.map(() => NO_VECTOR), signal);
  }

  /** The vector of each text and that of its beginning, as one; null where the embedder gives none. */
  async #vectors(
    texts: readonly string[],
    signal: AbortSignal | undefined,
    warnings: Warning[],
  ): Promise<Float32Array[] | null> {
    const read = texts.map((text) => text.slice(0, NEAREST_LIMITS.exampleCharacters));
    const beginnings = await mapInSlices(read, beginningOf);
    const vectors = await this.#embedding.alike([...read, ...beginnings], signal, warnings);
    if (vectors === null) return null;
    return mapInSlices(read.keys(), (at) =>
      joinedVector(vectors[at] as Float32Array, vectors[read.length + at] as Float32Array),
    );
  }
}

function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

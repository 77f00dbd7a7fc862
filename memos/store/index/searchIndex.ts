import { LRUCache } from "lru-cache";
import { type CubeType, isMemosError, type Scope } from "../../../memcube/index.js";
import { containsPhrase, termHash } from "../../retrieval/analysis.js";
import { inverseDocumentFrequency, termWeight } from "../../retrieval/bm25.js";
import type { Change, CommittedChange, IndexedCube, Ledger, LogHead, Partition } from "../ledger.js";
import { type BaseFolder, basePredicate } from "./base.js";
import type { Base } from "./baseTable.js";
import { type Candidate, Delta, type Probe } from "./delta.js";
import { inScope, toIndexRow } from "./row.js";
import { mapInSlices } from "./slice.js";

/** Tenants whose partition is kept open; the least recently searched one is closed first. */
export const OPEN_PARTITIONS = 256;

/** Outbox entries read from the ledger at once. */
const PAGE = 1_000;

/** When another process has written more than this, reading partitions anew is cheaper than following. */
const FOLLOW_AT_MOST = 5_000;

/** Keys up to which a filter goes into LanceDB as a list; above, more rows are asked for and sifted here. */
const KEYS_IN_PREDICATE = 2_000;

/** Rows asked from LanceDB at most when not all of them count. */
const SIFTED_AT_MOST = 20_000;

/** How often a search begins again when the table version it was reading is gone. */
const SEARCH_ATTEMPTS = 3;

export interface Question {
  readonly scope: Scope;
  readonly terms: readonly string[];
  readonly phrases: readonly (readonly string[])[];
  readonly vector: Float32Array | null;
  readonly types: readonly CubeType[] | undefined;
  readonly now: number;
  /** Keys that a filter or a point in time allows, ascending; undefined allows all of the scope. */
  readonly keys: Int32Array | undefined;
  /** Cubes to be searched in place of what the index has of them: older versions, archived ones. */
  readonly historic: readonly IndexedCube[];
  /** Keys that some other channel proposes. */
  readonly also: readonly number[];
  /** Candidates of each channel; 0 scores the keys of `also` and looks for nothing else. */
  readonly limit: number;
}

export interface Scored extends Candidate {
  /** BM25 over base and delta as one collection. */
  readonly text: number;
}

export interface Answer {
  readonly candidates: readonly Scored[];
  /** Why vectors did not take part, when they should have. */
  readonly reembedding: boolean;
  /** Inverse document frequency of each term of the question. */
  readonly weights: readonly number[];
  /** Rows of the tenant that were searched. */
  readonly rows: number;
}

class OpenPartition {
  delta = new Delta();
  base: Base | null = null;
  row: Partition | null = null;
  /** Loading, refreshing: one at a time. */
  turn: Promise<void> = Promise.resolve();
  loaded = false;
}

/**
 * The search index: per tenant a LanceDB table (the base) at the version that the ledger names, plus the
 * outbox entries that are not in it yet (the delta). Together they are always exactly the ledger.
 *
 *     ledger   [ cubes ][ versions ][ outbox 1..n ]──────────┐
 *                                       │ flush              │ follow
 *                                       v                    v
 *              base: LanceDB at baseVersion   +   delta: entries > flushedThrough
 */
export class SearchIndex {
  readonly #ledger: Ledger;
  readonly #folder: BaseFolder;
  readonly #embedder: number;
  readonly #open = new LRUCache<string, OpenPartition>({ max: OPEN_PARTITIONS });
  /** Every outbox entry up to here is in the delta of each open partition. */
  #applied: number;
  /** Own commits being taken in, one after the other. */
  #taking: Promise<void> = Promise.resolve();

  constructor(ledger: Ledger, folder: BaseFolder, embedder: number, applied: number) {
    this.#ledger = ledger;
    this.#folder = folder;
    this.#embedder = embedder;
    this.#applied = applied;
  }

  /** Whether searches keep what this process commits to a tenant at hand. */
  watches(tenant: string): boolean {
    return this.#open.has(tenant);
  }

  /** Takes in what this process has just committed; resolves when it can be found. */
  committed(changes: readonly CommittedChange[]): Promise<void> {
    const taken = this.#taking.then(() => this.#take(changes));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async #take(changes: readonly CommittedChange[]): Promise<void> {
    const first = changes[0];
    // A gap means that another process has written in between; the next search reads it from the ledger.
    if (first === undefined || first.sequence > this.#applied + 1) return;
    // So it does when a search has come to the tenant while the cubes were written.
    if (changes.some((change) => change.cube === undefined && this.watches(change.tenant))) return;
    await this.#apply(changes.filter(wasRead));
    this.#applied = Math.max(this.#applied, changes.at(-1)?.sequence ?? 0);
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    // The delta knows the order of entries by itself, so giving way between them does no harm.
    await mapInSlices(changes, (change) => {
      const partition = this.#open.peek(change.tenant);
      if (partition !== undefined) this.#put(partition, change);
    });
  }

  #put(partition: OpenPartition, change: Change): void {
    if (change.sequence > (partition.row?.flushedThrough ?? 0)) this.#putInto(partition.delta, change);
  }

  #putInto(delta: Delta, { sequence, key, cube }: Change): void {
    if (cube === null) delta.remove(sequence, key);
    else delta.put(sequence, toIndexRow(cube, this.#embedder));
  }

  async #follow(head: LogHead): Promise<void> {
    await this.#taking;
    if (head.sequence - this.#applied > FOLLOW_AT_MOST) {
      this.#open.clear();
      this.#applied = Math.max(this.#applied, head.sequence);
    }
    while (head.sequence > this.#applied) {
      const { changes, sequence } = await this.#ledger.changesAfter(this.#applied, PAGE);
      await this.#apply(changes);
      this.#applied = Math.max(this.#applied, sequence);
    }
  }

  async #partition(tenant: string, head: LogHead): Promise<OpenPartition> {
    let partition = this.#open.get(tenant);
    if (partition === undefined) {
      // Registered before it is filled: what is committed meanwhile goes to it as well.
      partition = new OpenPartition();
      this.#open.set(tenant, partition);
    }
    const open = partition;
    open.turn = open.turn.catch(() => undefined).then(() => this.#bringUp(open, tenant, head.partition));
    await open.turn;
    return open;
  }

  async #bringUp(open: OpenPartition, tenant: string, row: Partition | null): Promise<void> {
    if (open.loaded && sameBase(open.row, row)) return;
    // Another search may have come with a newer head meanwhile; the base never goes back.
    if (
      open.loaded &&
      (open.row?.number ?? 0) >= (row?.number ?? 0) &&
      (open.row?.baseVersion ?? 0) > (row?.baseVersion ?? 0)
    )
      return;
    const base =
      row === null || row.baseVersion === 0 ? null : await this.#folder.at(row.number, row.baseVersion);
    const replaced = open.loaded && open.row?.number !== row?.number && open.row !== null;
    // A rebuilt partition starts behind the one it replaces, so its delta reaches further back.
    if (!open.loaded || replaced) await this.#fill(open.delta, tenant, row?.flushedThrough ?? 0);
    else open.delta = open.delta.after(row?.flushedThrough ?? 0);
    // All at once: another search may be between two steps.
    open.row = row;
    // A table without rows has no index to ask.
    open.base = base === null || base.rows === 0 ? null : base;
    open.loaded = true;
  }

  async #fill(delta: Delta, tenant: string, after: number): Promise<void> {
    for (let from = after; ; ) {
      const { changes, through, read } = await this.#ledger.pending(tenant, from, PAGE);
      await mapInSlices(changes, (change) => this.#putInto(delta, change));
      if (read < PAGE) return;
      from = through;
    }
  }

  /** The partition of a tenant with everything that was committed when the search began. */
  async #current(tenant: string): Promise<OpenPartition> {
    for (;;) {
      const applied = this.#applied;
      const head = await this.#ledger.head(tenant);
      const known = this.#open.peek(tenant);
      const complete =
        applied >= head.sequence && known?.loaded === true && sameBase(known.row, head.partition);
      await this.#follow(head);
      const open = await this.#partition(tenant, head);
      if (complete) return open;
      // A flush meanwhile has taken entries out of the outbox that were to be read here: its base has them.
      const now = await this.#ledger.head(tenant);
      if (sameBase(now.partition, head.partition)) return open;
    }
  }

  /** Searches one scope. Base and delta are taken at one instant; a flush meanwhile does not disturb it. */
  async search(question: Question): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#search(question);
      } catch (error) {
        if (!isMemosError(error, "INDEX_CORRUPT") || attempt === SEARCH_ATTEMPTS) throw error;
        // A version can be cleaned away under a slow reader; the ledger names a newer one by now.
        this.#open.delete(question.scope.tenant);
      }
    }
  }

  async #search(question: Question): Promise<Answer> {
    const { scope } = question;
    const historic = await historicDelta(question, this.#embedder);
    const { base, delta, row } = await this.#current(scope.tenant);
    const started = this.#applied;
    const reembedding = row !== null && row.embedder !== this.#embedder && question.vector !== null;
    const probe = probeOf(question, historic);
    const found = new Map<number, Candidate>();
    const keep = (candidates: readonly Candidate[]) => {
      for (const candidate of candidates) {
        const known = found.get(candidate.key);
        if (known === undefined || known.similarity === null) found.set(candidate.key, candidate);
      }
    };
    const historicProbe = { ...probe, allows: () => true };
    if (probe.limit > 0) keep([...historic.text(historicProbe), ...historic.vector(historicProbe)]);
    const inDelta = [
      ...(probe.limit > 0 && probe.terms.length > 0 ? delta.text(probe) : []),
      ...(probe.limit > 0 ? delta.vector(probe) : []),
      ...question.also
        .map((key) => historic.candidate(key, historicProbe) ?? delta.candidate(key, probe))
        .filter((candidate) => candidate !== undefined),
    ];
    keep(inDelta);
    const answered = new Set(found.keys());
    const counts = (key: number) =>
      !answered.has(key) && !delta.hides(key, started) && !historic.hides(key, started);

    const hashes = Float64Array.from(question.terms, termHash);
    const [inBase, baseRows] = await Promise.all([
      base === null ? [] : this.#base(base, question, probe, reembedding, counts),
      base === null || row === null || hashes.length === 0
        ? new Int32Array(hashes.length)
        : this.#ledger.frequencies(row.number, hashes),
    ]);
    keep(inBase.filter(({ key }) => counts(key)));

    const rows = (row?.rows ?? 0) + delta.rows;
    const average = rows === 0 ? 1 : ((row?.terms ?? 0) + delta.terms) / rows;
    const weights = question.terms.map((term, index) =>
      inverseDocumentFrequency(rows, (baseRows[index] ?? 0) + delta.rowsWith(term)),
    );
    const candidates = [...found.values()].map((candidate) =>
      Object.assign(candidate, {
        text: weights.reduce((sum, idf, index) => {
          const frequency = candidate.frequencies[index] ?? 0;
          return frequency === 0 ? sum : sum + termWeight(idf, frequency, candidate.length, average);
        }, 0),
      }),
    );
    return { candidates: bestOfChannels(candidates, question), reembedding, weights, rows };
  }

  async #base(
    base: Base,
    question: Question,
    probe: Probe,
    reembedding: boolean,
    counts: (key: number) => boolean,
  ): Promise<Candidate[]> {
    const { keys, limit } = question;
    const listed = keys !== undefined && keys.length <= KEYS_IN_PREDICATE;
    const predicate = basePredicate(question.scope, question.types, listed ? keys : undefined);
    const sifting = keys !== undefined && !listed;
    const ask = {
      rows: sifting
        ? Math.min(SIFTED_AT_MOST, Math.ceil((2 * limit * base.rows) / keys.length))
        : // Rows that the delta hides are thrown away: ask for a few more.
          limit + 16,
      rowsAtMost: SIFTED_AT_MOST,
      counts: (key: number) => counts(key) && (!sifting || includes(keys, key)),
    };
    const results = await Promise.all([
      limit > 0 && probe.terms.length > 0 ? base.text(probe, predicate, ask) : [],
      ...question.phrases.map((terms) => base.allTerms(terms, probe, predicate, ask)),
      limit > 0 && probe.vector !== null && !reembedding ? base.vector(probe, predicate, ask) : [],
      base.byKeys(question.also, probe, predicate),
    ]);
    // Vector hits come last so that their similarity is kept.
    return results.flat().filter(({ key }) => ask.counts(key));
  }

  /** Reads a tenant's partition anew at the next search: it was replaced. */
  forget(tenant: string): void {
    this.#open.delete(tenant);
  }
}

function wasRead(change: CommittedChange): change is Change {
  return change.cube !== undefined;
}

/**
 * Base and delta answer with their best rows each. The best of both are kept and no others, so that a question
 * has the same answer whichever rows have been moved into the base.
 */
function bestOfChannels(candidates: readonly Scored[], { also, phrases, limit }: Question): Scored[] {
  const byText = best(candidates, ({ text }) => (text > 0 ? text : null), limit);
  const bySimilarity = best(candidates, ({ similarity }) => similarity, limit);
  const proposed = new Set(also);
  return candidates
    .filter(
      (candidate) =>
        byText.has(candidate) ||
        bySimilarity.has(candidate) ||
        proposed.has(candidate.key) ||
        phrases.some((phrase) => containsPhrase(candidate.own, phrase)),
    )
    .map((candidate) =>
      bySimilarity.has(candidate) ? candidate : Object.assign(candidate, { similarity: null }),
    );
}

/** The candidates with the highest scores, repetitions counted as one. */
function best(
  candidates: readonly Scored[],
  scoreOf: (candidate: Scored) => number | null,
  limit: number,
): Set<Scored> {
  const scored = candidates
    .flatMap((candidate) => {
      const score = scoreOf(candidate);
      return score === null ? [] : [{ candidate, score }];
    })
    .sort((a, b) => b.score - a.score || a.candidate.key - b.candidate.key);
  const kept = new Set<Scored>();
  const distinct = new Set<number>();
  for (const { candidate } of scored) {
    if (distinct.size === limit) break;
    kept.add(candidate);
    distinct.add(candidate.duplicateOf ?? candidate.key);
  }
  return kept;
}

function sameBase(a: Partition | null, b: Partition | null): boolean {
  return (
    a?.number === b?.number && a?.baseVersion === b?.baseVersion && a?.flushedThrough === b?.flushedThrough
  );
}

async function historicDelta(question: Question, embedder: number): Promise<Delta> {
  const delta = new Delta();
  await mapInSlices(question.historic, (cube) => delta.put(0, toIndexRow(cube, embedder)));
  return delta;
}

function probeOf(question: Question, historic: Delta): Probe {
  const { scope, types, keys, now } = question;
  return {
    terms: question.terms,
    vector: question.vector,
    limit: question.limit,
    now,
    allows: (row) =>
      inScope(row, scope) &&
      (types === undefined || (types as readonly string[]).includes(row.type)) &&
      (row.expiresAt === null || row.expiresAt > now) &&
      !historic.hides(row.key, 0) &&
      (keys === undefined || includes(keys, row.key)),
  };
}

/** Binary search in ascending keys. */
function includes(keys: Int32Array, key: number): boolean {
  let low = 0;
  let high = keys.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = keys[middle] as number;
    if (value === key) return true;
    if (value < key) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

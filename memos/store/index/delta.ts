import { inverseDocumentFrequency, termWeight } from "../../retrieval/bm25.js";
import { bestFirst } from "./bestFirst.js";
import type { IndexRow } from "./row.js";

/** What a search wants from one side of the index. */
export interface Probe {
  readonly terms: readonly string[];
  readonly vector: Float32Array | null;
  /** Whether a row may be answered: scope, type, expiry and filter in one. */
  readonly allows: (row: Pick<IndexRow, "key" | "scope" | "type" | "expiresAt">) => boolean;
  readonly limit: number;
  /** Milliseconds since the epoch: what has expired by then is not answered. */
  readonly now: number;
}

/** A row that a channel found, with what the ranking needs to score it again. */
export interface Candidate {
  readonly key: number;
  readonly duplicateOf: number | null;
  readonly recordedAt: number;
  /** How often each term of the probe occurs, in the probe's order. */
  readonly frequencies: readonly number[];
  readonly length: number;
  /** The cube's own terms, for phrases. */
  readonly own: readonly string[];
  readonly similarity: number | null;
  readonly tier: "base" | "delta";
}

interface Slot {
  readonly row: Omit<IndexRow, "terms">;
  readonly distinct: readonly string[];
  readonly own: readonly string[];
  readonly length: number;
}

/**
 * The rows whose outbox entry is not in the base yet, searched exactly.
 *
 *     sequences  key -> first and last entry     every key here hides its base row
 *     slots      key -> row                      absent for a removal
 *     postings   term -> key -> frequency        over the slots
 *
 * Kept small by the flusher; a search over it is one pass over the postings of the query's terms and one
 * over the vectors.
 */
export class Delta {
  readonly #slots = new Map<number, Slot>();
  readonly #postings = new Map<string, Map<number, number>>();
  readonly #sequences = new Map<number, { first: number; last: number }>();
  #terms = 0;

  get rows(): number {
    return this.#slots.size;
  }

  get entries(): number {
    return this.#sequences.size;
  }

  get terms(): number {
    return this.#terms;
  }

  /** Entries may come twice and out of order: an older one than what is known of its key changes nothing. */
  put(sequence: number, row: IndexRow): void {
    if (!this.#touch(row.key, sequence)) return;
    this.#drop(row.key);
    for (const term of row.terms) {
      let posting = this.#postings.get(term);
      if (posting === undefined) {
        posting = new Map();
        this.#postings.set(term, posting);
      }
      posting.set(row.key, (posting.get(row.key) ?? 0) + 1);
    }
    const { terms, ...rest } = row;
    this.#slots.set(row.key, {
      row: rest,
      distinct: [...new Set(terms)],
      own: terms.slice(0, row.own),
      length: terms.length,
    });
    this.#terms += terms.length;
  }

  remove(sequence: number, key: number): void {
    if (this.#touch(key, sequence)) this.#drop(key);
  }

  /** Whether the base row of a key is out of date for a reader that started at `sequence`. */
  hides(key: number, sequence: number): boolean {
    const entry = this.#sequences.get(key);
    return entry !== undefined && entry.first <= sequence;
  }

  /** A new delta without the entries that a flush has put into the base. */
  after(flushedThrough: number): Delta {
    const rest = new Delta();
    for (const [key, { last }] of this.#sequences) {
      if (last <= flushedThrough) continue;
      const slot = this.#slots.get(key);
      if (slot === undefined) rest.#touch(key, last);
      else rest.#adopt(last, slot, this.#postings);
    }
    return rest;
  }

  rowsWith(term: string): number {
    return this.#postings.get(term)?.size ?? 0;
  }

  /** Rows by text, best first. */
  text(probe: Probe): Candidate[] {
    const scores = new Map<number, number>();
    const average = this.#slots.size === 0 ? 1 : this.#terms / this.#slots.size;
    for (const term of probe.terms) {
      const posting = this.#postings.get(term);
      if (posting === undefined) continue;
      const idf = inverseDocumentFrequency(this.#slots.size, posting.size);
      for (const [key, frequency] of posting) {
        const weight = termWeight(idf, frequency, (this.#slots.get(key) as Slot).length, average);
        scores.set(key, (scores.get(key) ?? 0) + weight);
      }
    }
    return this.#best(scores, probe);
  }

  /** Rows by vector, nearest first. */
  vector(probe: Probe): Candidate[] {
    const scores = new Map<number, number>();
    const { vector } = probe;
    if (vector === null) return [];
    for (const [key, { row }] of this.#slots)
      if (row.vector?.length === vector.length) scores.set(key, dot(row.vector, vector));
    return this.#best(scores, probe);
  }

  /** A row by its key, when it is here and the probe allows it. */
  candidate(key: number, probe: Probe): Candidate | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined || !probe.allows(slot.row)) return undefined;
    const { row } = slot;
    return {
      key,
      duplicateOf: row.duplicateOf,
      recordedAt: row.recordedAt,
      frequencies: probe.terms.map((term) => this.#postings.get(term)?.get(key) ?? 0),
      length: slot.length,
      own: slot.own,
      similarity:
        probe.vector !== null && row.vector?.length === probe.vector.length
          ? dot(row.vector, probe.vector)
          : null,
      tier: "delta",
    };
  }

  /** As many as the limit says, repetitions counted as one. */
  #best(scores: Map<number, number>, probe: Probe): Candidate[] {
    const best: Candidate[] = [];
    const distinct = new Set<number>();
    for (const key of bestFirst(scores)) {
      if (distinct.size === probe.limit) break;
      const candidate = this.candidate(key, probe);
      if (candidate === undefined) continue;
      best.push(candidate);
      distinct.add(candidate.duplicateOf ?? key);
    }
    return best;
  }

  #touch(key: number, sequence: number): boolean {
    const entry = this.#sequences.get(key);
    if (entry === undefined) this.#sequences.set(key, { first: sequence, last: sequence });
    else if (sequence <= entry.last) return false;
    else entry.last = sequence;
    return true;
  }

  #adopt(sequence: number, slot: Slot, postings: ReadonlyMap<string, Map<number, number>>): void {
    const { key } = slot.row;
    this.#touch(key, sequence);
    this.#slots.set(key, slot);
    this.#terms += slot.length;
    for (const term of slot.distinct) {
      const posting = this.#postings.get(term) ?? new Map<number, number>();
      posting.set(key, postings.get(term)?.get(key) ?? 0);
      this.#postings.set(term, posting);
    }
  }

  #drop(key: number): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#terms -= slot.length;
    for (const term of slot.distinct) {
      const posting = this.#postings.get(term);
      posting?.delete(key);
      if (posting?.size === 0) this.#postings.delete(term);
    }
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

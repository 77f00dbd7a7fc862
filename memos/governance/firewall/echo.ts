import type { Scope } from "../../../memcube/index.js";
import { CLOSE, OPEN } from "../../retrieval/fence.js";

/** Half-open range of UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** Words of a fingerprint, and the fewest words in a row that count as a repetition. */
const WORDS = 5;
const FEWEST_WORDS = 8;

/** Fingerprints that are kept of one owner, and owners; the oldest go first. About 3 MB at most. */
const FINGERPRINTS = 4_096;
const OWNERS = 64;

/**
 * What was given out as context lately, as fingerprints of runs of words (shingles, Broder 1997), so that it is
 * recognised when it comes back. In memory and bounded: a restart forgets it, and the fence is still known.
 */
export class EchoMemory {
  readonly #owners = new Map<string, Set<number>>();

  /** Remembers texts that a caller has been given. */
  gave(scope: Scope, texts: Iterable<string>): void {
    const key = ownerOf(scope);
    const known = this.#owners.get(key) ?? new Set();
    // The last used owner stands last.
    this.#owners.delete(key);
    this.#owners.set(key, known);
    for (const text of texts)
      for (const { hash } of fingerprints(text)) {
        known.delete(hash);
        known.add(hash);
      }
    trim(known, FINGERPRINTS);
    trim(this.#owners, OWNERS);
  }

  /** The parts of a text that repeat what was given out, in order of place. */
  repeatedIn(scope: Scope, text: string): Span[] {
    const known = this.#owners.get(ownerOf(scope));
    if (known === undefined) return [];
    const spans: Span[] = [];
    let run: { start: number; end: number; first: number; last: number } | undefined;
    const finish = () => {
      if (run !== undefined && run.last + WORDS - run.first >= FEWEST_WORDS) spans.push([run.start, run.end]);
      run = undefined;
    };
    let word = 0;
    for (const { hash, start, end } of fingerprints(text)) {
      if (known.has(hash)) {
        // A word changed here or there does not make it another text.
        if (run !== undefined && word - run.last > WORDS + 1) finish();
        run = run === undefined ? { start, end, first: word, last: word } : { ...run, end, last: word };
      }
      word++;
    }
    finish();
    return spans;
  }
}

/** Blocks that `recall` compiled, fence and all; one whose end is missing goes to the end of the text. */
export function contextBlocksIn(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(OPEN); at !== -1; ) {
    const close = text.indexOf(CLOSE, at);
    const end = close === -1 ? text.length : close + CLOSE.length;
    spans.push([at, end]);
    at = text.indexOf(OPEN, end);
  }
  return spans;
}

/** Whether the text is a context that `recall` compiled, and nothing else. */
export function isContextBlock(text: string): boolean {
  const bare = text.trim();
  const [block, ...others] = bare.startsWith(OPEN) ? contextBlocksIn(bare) : [];
  return block !== undefined && others.length === 0 && block[1] === bare.length && bare.endsWith(CLOSE);
}

/** In order, overlapping ones as one. */
export function united(spans: readonly Span[]): Span[] {
  const joined: [number, number][] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** What one agent was given, another may repeat. */
function ownerOf({ tenant, user }: Scope): string {
  return JSON.stringify([tenant, user]);
}

function trim(kept: Set<number> | Map<string, unknown>, size: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= size) return;
    (kept as Set<unknown>).delete(key);
  }
}

const WORD = /[\p{L}\p{N}]+/gu;

/** A number for every run of words, and where the run stands. */
function* fingerprints(text: string): Generator<{ hash: number; start: number; end: number }> {
  const recent: { hash: number; start: number }[] = [];
  for (const { 0: word, index } of text.toLowerCase().matchAll(WORD)) {
    recent.push({ hash: hashOf(word), start: index });
    if (recent.length > WORDS) recent.shift();
    if (recent.length < WORDS) continue;
    let hash = 0;
    for (const part of recent) hash = (Math.imul(hash, 0x9e3779b1) ^ part.hash) >>> 0;
    yield { hash, start: recent[0]?.start ?? 0, end: index + word.length };
  }
}

/** FNV-1a. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

import { createHash } from "node:crypto";
import type * as z from "zod";
import {
  LIMITS,
  type MemCube,
  MemosError,
  type manifestEntrySchema,
  RECALLED_STATES,
  sha256,
  textOf,
} from "../../memcube/index.js";
import { enclosed } from "../retrieval/fence.js";
import { citedLine, type GivenLine, seenHash } from "../retrieval/line.js";
import type { TokenCounter } from "../retrieval/tokens.js";

/** In the order in which they stand in a block. */
export const SET_KINDS = ["core", "pinned", "hot"] as const;
export type SetKind = (typeof SET_KINDS)[number];

export type ManifestEntry = z.infer<typeof manifestEntrySchema>;

/** Plaintext cubes that are compiled together. */
export interface CubeSet {
  readonly id: string;
  readonly kind: SetKind;
  readonly cubes: readonly MemCube[];
}

export interface BlockLine extends GivenLine {
  readonly text: string;
  readonly source: ManifestEntry;
}

/** One set as text, with a fence of its own: a block may end after any of them. */
export interface Segment {
  readonly id: string;
  readonly kind: SetKind;
  readonly text: string;
  readonly lines: readonly BlockLine[];
}

/** Memory that a prompt begins with. */
export interface Block {
  /** The texts of its segments, one after the other. */
  readonly text: string;
  /** Of the text: two blocks with the same are the same prompt, whatever versions their cubes have. */
  readonly sha256: string;
  /** In the order of the text; `sha256` is that of each cube's text. */
  readonly manifest: readonly ManifestEntry[];
  readonly segments: readonly Segment[];
}

/** Why a cube never stands in a block, or undefined when it may. */
export function barred({
  type,
  payload,
  governance,
  state,
}: Pick<MemCube, "type" | "payload" | "governance" | "state">):
  | "payload"
  | "vault"
  | "secret"
  | "state"
  | undefined {
  if (payload.kind !== "plaintext") return "payload";
  if (type === "vault" || payload.sealed !== undefined) return "vault";
  if (governance.sensitivity === "secret") return "secret";
  return RECALLED_STATES.includes(state) ? undefined : "state";
}

/**
 * The text of sets of cubes: core, then pinned, then hot sets, those of one kind in the order of their ids; in
 * each, cubes in the order they were made, cited by their place. It depends on nothing but what a reader sees of
 * the cubes: not on the order they are handed in, on scores, use or the time of day.
 *
 * @throws MemosError INVALID_INPUT for a cube that must not stand in a block, TOO_LARGE for too many.
 */
export function compileBlock(sets: readonly CubeSet[]): Block {
  if (new Set(sets.flatMap(({ cubes }) => cubes.map(({ id }) => id))).size > LIMITS.manifestEntries)
    throw new MemosError("TOO_LARGE", `A block has more than ${LIMITS.manifestEntries} cubes.`);
  const ordered = [...sets].sort(
    (a, b) => SET_KINDS.indexOf(a.kind) - SET_KINDS.indexOf(b.kind) || compared(a.id, b.id),
  );
  const segments: Segment[] = [];
  const seen = new Set<string>();
  for (const { id, kind, cubes } of ordered) {
    const lines: BlockLine[] = [];
    for (const cube of [...cubes].sort((a, b) => compared(a.id, b.id))) {
      if (seen.has(cube.id)) continue;
      seen.add(cube.id);
      lines.push(blockLine(seen.size, cube));
    }
    if (lines.length > 0) segments.push(segmentOf(id, kind, lines));
  }
  return blockOf(segments);
}

/**
 * Hashes of what a prompt has said after each segment: `chain[k]` is the SHA-256 of the first `k + 1` texts
 * joined. A state that was stored for some beginning is found by the last of these that it was stored under; to
 * tell apart what stands before the block, give that as a first segment.
 */
export function segmentChain(segments: readonly Pick<Segment, "text">[]): string[] {
  const hash = createHash("sha256");
  return segments.map(({ text }) => hash.update(text).copy().digest("hex"));
}

/**
 * The longest beginning of a block, in whole lines, that has at most so many tokens. It depends on the block and
 * the budget alone, so it is the same at every turn.
 */
export function blockWithin(block: Block, tokens: number, counter: TokenCounter): Block {
  if (counter.count(block.text) <= tokens) return block;
  const frame = counter.count(enclosed([]));
  let left = tokens;
  const segments: Segment[] = [];
  for (const { id, kind, lines } of block.segments) {
    left -= frame;
    const fitting: BlockLine[] = [];
    for (const line of lines) {
      left -= counter.count(`${line.text}\n`);
      if (left < 0) break;
      fitting.push(line);
    }
    if (fitting.length > 0) segments.push(segmentOf(id, kind, fitting));
    if (left < 0) break;
  }
  // Tokens do not add up exactly over line ends.
  let cut = blockOf(segments);
  while (counter.count(cut.text) > tokens) cut = withoutLastLine(cut);
  return cut;
}

function blockLine(citation: number, cube: MemCube): BlockLine {
  const reason = barred(cube);
  const text = textOf(cube);
  if (reason !== undefined || text === undefined)
    throw new MemosError("INVALID_INPUT", `Cube ${cube.id} must not stand in a block (${reason}).`);
  return {
    citation,
    cube: cube.id,
    version: cube.version,
    sha256: seenHash(cube, undefined),
    truncated: false,
    text: citedLine(citation, cube, text),
    source: { cube: cube.id, version: cube.version, sha256: sha256(text) },
  };
}

function segmentOf(id: string, kind: SetKind, lines: readonly BlockLine[]): Segment {
  return { id, kind, text: enclosed(lines.map(({ text }) => text)), lines };
}

function blockOf(segments: readonly Segment[]): Block {
  const text = segments.map((segment) => segment.text).join("");
  const manifest = segments.flatMap(({ lines }) => lines.map(({ source }) => source));
  return { text, sha256: sha256(text), manifest, segments };
}

function withoutLastLine({ segments }: Block): Block {
  const last = segments.at(-1);
  if (last === undefined) return blockOf([]);
  const lines = last.lines.slice(0, -1);
  const before = segments.slice(0, -1);
  return blockOf(lines.length === 0 ? before : [...before, segmentOf(last.id, last.kind, lines)]);
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { blockSettingsSchema } from "../../memos/activation/blockSets.js";
import { againstHot } from "../../memos/activation/hotMark.js";
import { type Heat, heatAfter, heatAt } from "../../memos/lifecycle/heat.js";
import type { Owner } from "./population.js";
import { type Random, zipfRank } from "./random.js";

/** Tokens of one memory as a line of a block: 200 bytes of text and its citation. */
export const LINE_TOKENS = 60;

/** Core memories that an owner begins with. */
export const CORE_LINES = 5;

/** Memories that are put into a prompt for one question. */
const RECALLED = 8;

/** Ranks whose use is followed one by one: what is rarer never gets hot enough (docs/scale.md). */
const FOLLOWED = 48;

/** After so many new memories, each of the popular ones has moved one rank down. */
const ADDS_PER_RANK = 50;

const MARKS = blockSettingsSchema.parse({ bytesPerToken: 1 });
const LINES_OF_A_SET = Math.floor(MARKS.setTokens / LINE_TOKENS);
const LINES = Math.floor(MARKS.tokens / LINE_TOKENS);

interface Member {
  readonly cube: number;
  use: Heat;
  readonly set: number;
}

/** What every prompt of an owner begins with, as far as placement can see it. */
export interface SimulatedBlock {
  /** A number for everything up to the end of each set: another one as soon as anything in it is different. */
  readonly chain: readonly number[];
  /** Tokens of each set. */
  readonly tokens: readonly number[];
}

/**
 * The memory of one owner as cohorts: how many cubes there are, and one by one only those that may get into its block.
 * Which these are is decided by the product's heat and its marks; what a question recalls follows Zipf's law over the
 * cubes, the newer ones being the more popular.
 */
export class OwnerMemory {
  cubes: number;
  readonly #random: Random;
  readonly #next: () => number;
  readonly #uses = new Map<number, Heat>();
  #members: Member[] = [];
  readonly #inside = new Set<number>();
  #coreLines = CORE_LINES;
  #sets = 0;
  #chain: number[];

  /** @param next gives numbers that nobody else was given. */
  constructor({ cubes }: Owner, random: Random, next: () => number) {
    this.cubes = cubes;
    this.#random = random;
    this.#next = next;
    this.#chain = [next()];
  }

  add(cubes: number, core: boolean): void {
    this.cubes += cubes;
    if (!core) return;
    this.#coreLines = Math.min(LINES, this.#coreLines + 1);
    this.#changed(0);
  }

  /** The block as a prompt at this time begins with it. */
  block(now: number): SimulatedBlock {
    let first = Number.POSITIVE_INFINITY;
    this.#members = this.#members.filter(({ cube, use, set }) => {
      const stays = againstHot({ heat: heatAt(use, now), changesPerWeek: 0 }, true, MARKS) === undefined;
      if (stays) return true;
      first = Math.min(first, set);
      this.#inside.delete(cube);
      return false;
    });
    for (const [cube, use] of this.#uses) {
      if (this.#coreLines + this.#members.length >= LINES) break;
      if (againstHot({ heat: heatAt(use, now), changesPerWeek: 0 }, false, MARKS) !== undefined) continue;
      this.#uses.delete(cube);
      const inLast = this.#members.reduce((count, { set }) => (set === this.#sets ? count + 1 : count), 0);
      if (this.#sets === 0 || inLast >= LINES_OF_A_SET) this.#sets++;
      this.#members.push({ cube, use, set: this.#sets });
      this.#inside.add(cube);
      first = Math.min(first, this.#sets);
    }
    if (first !== Number.POSITIVE_INFINITY) this.#changed(first);
    const lines = new Array<number>(this.#sets + 1).fill(0);
    lines[0] = this.#coreLines;
    for (const { set } of this.#members) lines[set] = (lines[set] as number) + 1;
    return { chain: this.#chain, tokens: lines.map((count) => count * LINE_TOKENS) };
  }

  /** A question was answered: what its prompt held was used. */
  asked(now: number): void {
    for (const member of this.#members) member.use = heatAfter(member.use, "recalled", now);
    this.recalled(now);
  }

  /** A question was answered without its block: what was recalled for it was used. */
  recalled(now: number): void {
    const newest = Math.floor(this.cubes / ADDS_PER_RANK);
    for (let count = 0; count < RECALLED; count++) {
      const rank = zipfRank(this.cubes, this.#random);
      if (rank >= FOLLOWED) continue;
      const cube = newest - rank;
      if (this.#inside.has(cube)) continue;
      this.#uses.set(cube, heatAfter(this.#uses.get(cube) ?? { heat: 0, at: null }, "recalled", now));
    }
    // What has moved out of the followed ranks gets no more use.
    if (this.#uses.size > 2 * FOLLOWED)
      for (const cube of this.#uses.keys()) if (cube <= newest - FOLLOWED) this.#uses.delete(cube);
  }

  #changed(first: number): void {
    this.#chain = Array.from({ length: this.#sets + 1 }, (_, set) =>
      set < first ? (this.#chain[set] ?? this.#next()) : this.#next(),
    );
  }
}

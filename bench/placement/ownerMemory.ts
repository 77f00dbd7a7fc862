import { blockSettingsSchema } from "../../memos/activation/blockSets.js";
import { againstHot } from "../../memos/activation/hotMark.js";
import { HALF_LIFE_DAYS, type Heat, heatAfter, heatAt, USES } from "../../memos/lifecycle/heat.js";
import type { Owner } from "./population.js";
import { type Random, zipfRank } from "./random.js";
import { DAY } from "./synthetic.js";

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

/** Followed ranks are kept in a ring, by the number of the cube: more than there are ranks, so that none meet. */
const RING = 64;

/** No cube has this number. */
const NOBODY = -(2 ** 31);

/** A member of a block was used at the last prompt: for so long it cannot have cooled below the mark. */
const SURELY_HOT_MS =
  HALF_LIFE_DAYS * DAY * Math.log2((MARKS.leaveHeat + USES.recalled.adds) / MARKS.leaveHeat);

interface Member {
  heat: number;
  at: number;
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
  readonly #followed = new Int32Array(RING).fill(NOBODY);
  readonly #heats = new Float32Array(RING);
  readonly #times = new Float64Array(RING);
  /** Cubes that were used since the block was made last: no other has become hotter. */
  readonly #touched = new Set<number>();
  readonly #members = new Map<number, Member>();
  readonly #lines: number[] = [CORE_LINES];
  #chain: number[];
  #askedAt = 0;

  /** @param next gives numbers that nobody else was given. */
  constructor({ cubes }: Owner, random: Random, next: () => number) {
    this.cubes = cubes;
    this.#random = random;
    this.#next = next;
    this.#chain = [next()];
  }

  add(cubes: number, core: boolean): void {
    this.cubes += cubes;
    if (!core || this.#count() >= LINES) return;
    this.#lines[0] = (this.#lines[0] as number) + 1;
    this.#changed(0);
  }

  /** The block as a prompt at this time begins with it. */
  block(now: number): SimulatedBlock {
    let first = Number.POSITIVE_INFINITY;
    if (now - this.#askedAt >= SURELY_HOT_MS)
      for (const [cube, member] of this.#members) {
        if (againstHot({ heat: heatAt(member, now), changesPerWeek: 0 }, true, MARKS) === undefined) continue;
        this.#members.delete(cube);
        this.#lines[member.set] = (this.#lines[member.set] as number) - 1;
        first = Math.min(first, member.set);
      }
    for (const cube of this.#touched) {
      if (this.#count() >= LINES) break;
      const { heat, at } = this.#useOf(cube);
      if (againstHot({ heat: heatAt({ heat, at }, now), changesPerWeek: 0 }, false, MARKS) !== undefined)
        continue;
      const last = this.#lines.length - 1;
      const set = last > 0 && (this.#lines[last] as number) < LINES_OF_A_SET ? last : last + 1;
      this.#lines[set] = (this.#lines[set] ?? 0) + 1;
      this.#members.set(cube, { heat, at: at ?? now, set });
      first = Math.min(first, set);
    }
    this.#touched.clear();
    if (first !== Number.POSITIVE_INFINITY) this.#changed(first);
    return { chain: this.#chain, tokens: this.#lines.map((count) => count * LINE_TOKENS) };
  }

  /** A question was answered: what its prompt held was used. */
  asked(now: number): void {
    this.#askedAt = now;
    for (const member of this.#members.values()) Object.assign(member, heatAfter(member, "recalled", now));
    this.recalled(now);
  }

  /** A question was answered without its block: what was recalled for it was used. */
  recalled(now: number): void {
    const newest = Math.floor(this.cubes / ADDS_PER_RANK);
    for (let count = 0; count < RECALLED; count++) {
      const rank = zipfRank(this.cubes, this.#random);
      const cube = newest - rank;
      if (rank >= FOLLOWED || this.#members.has(cube)) continue;
      const { heat, at } = heatAfter(this.#useOf(cube), "recalled", now);
      const place = placeOf(cube);
      this.#followed[place] = cube;
      this.#heats[place] = heat;
      this.#times[place] = at;
      this.#touched.add(cube);
    }
  }

  #useOf(cube: number): Heat {
    const place = placeOf(cube);
    if (this.#followed[place] !== cube) return { heat: 0, at: null };
    return { heat: this.#heats[place] as number, at: this.#times[place] as number };
  }

  #count(): number {
    return (this.#lines[0] as number) + this.#members.size;
  }

  #changed(first: number): void {
    this.#chain = this.#lines.map((_, set) =>
      set < first ? (this.#chain[set] ?? this.#next()) : this.#next(),
    );
  }
}

function placeOf(cube: number): number {
  return ((cube % RING) + RING) % RING;
}

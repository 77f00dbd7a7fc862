import type { CubeType } from "../../memcube/index.js";
import { type News, newsIn, type RecallCompiler, recallOf } from "../../memos/retrieval/context.js";
import { Filling } from "../../memos/retrieval/filling.js";
import { lineTokens } from "../../memos/retrieval/line.js";
import type { TokenCounter } from "../../memos/retrieval/tokens.js";
import { inTimeOrder } from "../happened.js";
import type { SpokenTime } from "./spokenTime.js";

interface Section {
  readonly type: CubeType;
  readonly heading: string;
  /** Of the budget: as much is kept free for its best, as far as it has any. */
  readonly share: number;
}

/** In the order in which they stand in a prompt. */
const SECTIONS: readonly Section[] = [
  { type: "core", heading: "About the user:", share: 0.1 },
  { type: "episodic", heading: "What happened, in order of time:", share: 0.25 },
  { type: "semantic", heading: "What is known:", share: 0.15 },
  { type: "procedural", heading: "How things are done:", share: 0.1 },
  { type: "resource", heading: "Documents:", share: 0.1 },
  { type: "vault", heading: "In the vault (what for, not what):", share: 0.05 },
  { type: "working", heading: "This session:", share: 0.1 },
];

/** Tokens that an item must have left to be begun. */
const SHORTEST = 32;

interface Chosen {
  readonly item: News;
  readonly tokens: number;
}

/**
 * Compiles what was recalled into typed sections of one fenced text, each line cited, under one budget. First every
 * section gets its best, up to its share of the budget; what is left goes by rank, whatever the section. Lines of
 * events stand in order of time, all others best first. Headings cannot be forged: lines of memories begin with
 * their citation or with a space.
 */
export function compileSections(time: Pick<SpokenTime, "from" | "to"> | undefined): RecallCompiler {
  return (recalled, budget, counter, before) => {
    const news = newsIn(recalled, before);
    const filling = new Filling(budget, counter, before.citations);
    const about = time === undefined ? "" : `The message speaks of ${spanOf(time)}.\n`;
    const ranks = new Map(news.map((item, rank) => [item, rank]));
    const chosen = chosenOf(news, filling.left - counter.count(about), counter).sort(
      (a, b) => (ranks.get(a.item) ?? 0) - (ranks.get(b.item) ?? 0),
    );
    let first = about;
    for (const section of SECTIONS) {
      const items = chosen.filter(({ item }) => item.cube.type === section.type);
      if (section.type === "episodic") items.sort((a, b) => inTimeOrder(a.item.cube, b.item.cube));
      let heading: string | undefined = `${first}${section.heading}`;
      for (const { item, tokens } of items) {
        const { left } = filling;
        const most = Math.min(left, tokens + counter.count(`${heading ?? ""}\n`));
        filling.append({ ...item, ...(heading === undefined ? {} : { heading }) }, most, item.whole);
        if (filling.left === left) continue;
        heading = undefined;
        first = "";
      }
    }
    return recallOf(filling, recalled);
  };
}

/** Which items are given, and with how many tokens each, best first. */
function chosenOf(news: readonly News[], budget: number, counter: TokenCounter): Chosen[] {
  const chosen = new Map<News, number>();
  const opened = new Set<CubeType>();
  let left = budget;
  /** Gives an item as much of `most` as it takes; false when that is not all of it. */
  const give = (item: News, most: number): boolean => {
    const { type } = item.cube;
    const heading = opened.has(type) ? 0 : counter.count(`${headingOf(type)}\n`);
    const whole = lineTokens(item.cube, most, counter) + extraTokens(item, counter);
    const tokens = Math.min(whole, most - heading);
    const worth = item.whole ? whole : Math.min(whole, SHORTEST);
    if (tokens < worth) return false;
    opened.add(type);
    chosen.set(item, tokens);
    left -= tokens + heading;
    return tokens === whole;
  };
  for (const { type, share } of SECTIONS) {
    const kept = left - Math.floor(budget * share);
    for (const item of news.filter(({ cube }) => cube.type === type))
      if (!give(item, Math.min(left - kept, left))) break;
  }
  for (const item of news) {
    // What was cut short for its share has more room now.
    left += chosen.get(item) ?? 0;
    if (left < SHORTEST) break;
    give(item, left);
  }
  return [...chosen].map(([item, tokens]) => ({ item, tokens }));
}

function headingOf(wanted: CubeType): string {
  return SECTIONS.find(({ type }) => type === wanted)?.heading ?? "";
}

/** What stands before an item beside its label: that it is outdated, or newer than another. */
function extraTokens({ superseded, newerThan }: News, counter: TokenCounter): number {
  const now =
    superseded === undefined ? "" : `${superseded.subject} ${superseded.relation} ${superseded.value}`;
  return now === "" && newerThan === undefined ? 0 : 16 + counter.count(now);
}

function spanOf({ from, to }: Pick<SpokenTime, "from" | "to">): string {
  const [first, last] = [from.slice(0, 10), new Date(Date.parse(to) - 1).toISOString().slice(0, 10)];
  return first === last ? first : `${first} to ${last}`;
}

import { entityKey, factsIn, isSingleValued } from "../../graph/extraction/index.js";
import type { Distillate, Episode, Evidence } from "../../memos/index.js";
import { sayingOf } from "../../memos/lifecycle/consolidation/nearDuplicate.js";
import { activitiesIn } from "./activity.js";
import { daysInWords } from "./calendar.js";
import { episodeText, evidenceOf } from "./evidence.js";
import { REFLECTION_LIMITS } from "./limits.js";

/** One account of something that may recur. */
interface Account {
  readonly day: string;
  readonly evidence: Evidence;
  /** The words that it is told in, of which the latest are used. */
  readonly words: string;
}

/** What of an episode is an account of what it says as a whole, or states as a fact, is told once. */
interface Told {
  readonly activities: Map<string, Account[]>;
  readonly facts: Map<string, Account[]>;
  readonly sayings: Map<string, Account[]>;
  /** Of single-valued facts the value that was told last, by subject and relation. */
  readonly latest: Map<string, string>;
}

/** Relations that say what somebody did once: how often is told by activities. */
const DONE_ONCE: ReadonlySet<string> = new Set(["visited"]);

/**
 * What recurs in what an owner's people say: the same activity, the same fact or preference, the same words, told on
 * at least so many different days. Each statement gives the count and the first and the last day, and claims nothing
 * else.
 */
export function recurring(episodes: readonly Episode[], atLeast: number): Distillate[] {
  const told = readAll(episodes.filter(({ cube }) => cube.provenance.origin !== "tool"));
  const wanted = (accounts: readonly Account[]) => new Set(accounts.map(({ day }) => day)).size >= atLeast;
  const made: Distillate[] = [];
  for (const [name, accounts] of told.activities) {
    const [speaker = "", key = ""] = JSON.parse(name) as string[];
    if (!wanted(accounts)) continue;
    const { words, days, evidence } = together(accounts);
    made.push({
      about: `activity: ${speaker} ${key}`,
      type: "semantic",
      title: speaker,
      text: `${speaker} ${words}, by what was told, ${daysInWords(days)}.`,
      format: "text",
      why: `The same was told of ${days.length} different days.`,
      evidence,
    });
  }
  for (const [name, accounts] of told.facts) {
    const [subject = "", relation = "", object = ""] = JSON.parse(name) as string[];
    const holds = told.latest.get(JSON.stringify([subject, relation])) ?? object;
    if (!wanted(accounts) || holds !== object) continue;
    const { words, days, evidence } = together(accounts);
    made.push({
      about: `fact: ${subject} ${relation} ${object}`,
      type: "semantic",
      title: words.slice(0, words.indexOf(":")),
      text: `${words}, as said ${daysInWords(days)}.`,
      format: "text",
      why: `The same was stated on ${days.length} different days.`,
      evidence,
    });
  }
  for (const [name, accounts] of told.sayings) {
    const [speaker = "", said = ""] = JSON.parse(name) as string[];
    if (!wanted(accounts)) continue;
    const { words, days, evidence } = together(accounts);
    made.push({
      about: `saying: ${speaker} ${said}`,
      type: "semantic",
      title: speaker,
      text: `${speaker} noted ${daysInWords(days)}: "${words}"`,
      format: "text",
      why: `The same was noted on ${days.length} different days.`,
      evidence,
    });
  }
  return made;
}

function readAll(episodes: readonly Episode[]): Told {
  const told: Told = { activities: new Map(), facts: new Map(), sayings: new Map(), latest: new Map() };
  for (const episode of episodes) {
    const { speaker, cube } = episode;
    const text = episodeText(episode);
    const day = (cube.time.occurredAt ?? cube.time.recordedAt).slice(0, 10);
    const activities = activitiesIn(episode, text);
    for (const { did, key, day: on, span } of activities)
      put(told.activities, [speaker, key], { day: on, evidence: evidenceOf(cube, span), words: did });
    const at = new Date(cube.time.occurredAt ?? cube.time.recordedAt);
    const facts = factsIn(text, { speaker, title: undefined, at });
    for (const { subject, relation, object, span } of facts) {
      if (DONE_ONCE.has(relation)) continue;
      const [about, value] = [entityKey(subject), entityKey(object)];
      put(told.facts, [about, relation, value], {
        day,
        evidence: evidenceOf(cube, span),
        words: `${subject}: ${relation} ${object}`,
      });
      if (isSingleValued(relation)) told.latest.set(JSON.stringify([about, relation]), value);
    }
    if (activities.length > 0 || facts.length > 0) continue;
    const saying = sayingOf(text);
    if (!saying.telling || saying.deictic || saying.words.length > REFLECTION_LIMITS.quotedWords) continue;
    put(told.sayings, [speaker, saying.words.join(" ")], {
      day,
      evidence: evidenceOf(cube, undefined),
      words: text.replaceAll(/\s+/gu, " ").trim(),
    });
  }
  return told;
}

function put(into: Map<string, Account[]>, key: readonly string[], account: Account): void {
  const name = JSON.stringify(key);
  const accounts = into.get(name);
  if (accounts === undefined) into.set(name, [account]);
  else accounts.push(account);
}

/** Accounts as one statement: as many as it may name as evidence, so that its count is never above them. */
function together(all: readonly Account[]) {
  const accounts = all.slice(-REFLECTION_LIMITS.evidence);
  const days = [...new Set(accounts.map(({ day }) => day))].sort();
  const words = (accounts.at(-1) as Account).words;
  return { words, days, evidence: accounts.map(({ evidence }) => evidence) };
}

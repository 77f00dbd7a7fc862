import { setImmediate as nextTurn } from "node:timers/promises";
import { entityKey, factsIn, isSingleValued } from "../../graph/extraction/index.js";
import type { Distillate, Episode, Evidence } from "../../memos/index.js";
import { sayingOf } from "../../memos/lifecycle/consolidation/nearDuplicate.js";
import { activitiesIn } from "./activity.js";
import { daysInWords } from "./calendar.js";
import { episodeText, evidenceOf } from "./evidence.js";
import { REFLECTION_LIMITS } from "./limits.js";
import { pastimesIn } from "./pastimes.js";
import { isOrdered } from "./repeatedSteps.js";

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
  readonly pastimes: Map<string, Account[]>;
  readonly facts: Map<string, Account[]>;
  readonly sayings: Map<string, Account[]>;
  /** Of single-valued facts the value that was told last, by subject and relation. */
  readonly latest: Map<string, string>;
}

/** What is said to somebody is no note of what happens. */
const ADDRESSED = /\b(?:you|your|yours|thanks?|hi|hey|hello)\b/iu;

/** Episodes that are read until others get their turn. */
const READ_AT_ONCE = 32;

/** Relations that say what somebody did once: how often is told by activities. */
const DONE_ONCE: ReadonlySet<string> = new Set(["visited"]);

/**
 * What recurs in what an owner's people say: the same activity, the same fact or preference, the same words, told on
 * at least so many different days. Each statement gives the count and the first and the last day, and claims nothing
 * else.
 */
export async function recurring(episodes: readonly Episode[], atLeast: number): Promise<Distillate[]> {
  const told = await readAll(episodes.filter(({ cube }) => cube.provenance.origin !== "tool"));
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
  for (const [name, accounts] of told.pastimes) {
    const [speaker = "", pastime = ""] = JSON.parse(name) as string[];
    if (!wanted(accounts) || saidBy(told.activities, speaker, pastime, accounts)) continue;
    const { days, evidence } = together(accounts);
    made.push({
      about: `pastime: ${speaker} ${pastime}`,
      type: "semantic",
      title: speaker,
      text: `${speaker} told of their own ${pastime} ${daysInWords(days)}.`,
      format: "text",
      why: `The same pastime was told of on ${days.length} different days.`,
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

/** Whether what was done tells of a pastime as often: nothing is said twice. */
function saidBy(
  activities: ReadonlyMap<string, readonly Account[]>,
  speaker: string,
  pastime: string,
  accounts: readonly Account[],
): boolean {
  return [...activities].some(([name, done]) => {
    const [who, key = ""] = JSON.parse(name) as string[];
    if (who !== speaker || !key.includes(pastime)) return false;
    const told = new Set(done.map(({ evidence }) => evidence.cube.id));
    return accounts.every(({ evidence }) => told.has(evidence.cube.id));
  });
}

async function readAll(episodes: readonly Episode[]): Promise<Told> {
  const told: Told = {
    activities: new Map(),
    pastimes: new Map(),
    facts: new Map(),
    sayings: new Map(),
    latest: new Map(),
  };
  for (const [at, episode] of episodes.entries()) {
    // Each costs a fraction of a millisecond without a wait in it.
    if (at % READ_AT_ONCE === 0) await nextTurn();
    const { speaker, cube } = episode;
    const text = episodeText(episode);
    const day = (cube.time.occurredAt ?? cube.time.recordedAt).slice(0, 10);
    const activities = activitiesIn(episode, text);
    for (const { did, key, day: on, span } of activities)
      put(told.activities, [speaker, key], { day: on, evidence: evidenceOf(cube, span), words: did });
    const pastimes = pastimesIn(text);
    for (const { name, span } of pastimes)
      put(told.pastimes, [speaker, name], { day, evidence: evidenceOf(cube, span), words: name });
    const written = new Date(cube.time.occurredAt ?? cube.time.recordedAt);
    const facts = factsIn(text, { speaker, title: undefined, at: written });
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
    if (activities.length + pastimes.length + facts.length > 0) continue;
    // Steps are a skill.
    if (isOrdered(text)) continue;
    const saying = sayingOf(text);
    if (
      !saying.telling ||
      saying.deictic ||
      ADDRESSED.test(text) ||
      saying.words.length > REFLECTION_LIMITS.quotedWords
    )
      continue;
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

import type { CubeId, Scope } from "../../memcube/index.js";
import { LIMITS } from "../../memcube/index.js";
import type { ChatRecall, Hit, MemOS, RecallRequest, Warning } from "../../memos/index.js";
import { RRF_K } from "../../memos/retrieval/fusion.js";
import { spanFilter } from "../happened.js";
import { RECALLED_TYPES } from "../recalledTypes.js";
import { type Focus, focusOf } from "./focus.js";
import { happenedIn } from "./inTime.js";
import { AGENT_LIMITS } from "./limits.js";
import { compileSections } from "./sections.js";

/** How much a place among what happened in the time that is asked about counts beside one among all. */
const TIME_WEIGHT = 1;

/**
 * What bears on a message (MIRIX, section 3, Active Retrieval): its topic and time are inferred from it and the
 * turns before, and searched for; what was found in all memory and what happened in that time are one ranking by
 * reciprocal rank; types that neither has found are asked for by its words alone; and the session's working memory.
 * MIRIX asks each store for ten and puts all of them into the prompt: here one budget decides (`compileSections`).
 */
export async function activeRecall(
  memos: MemOS,
  { text, scope, session, earlier, signal }: RecallRequest,
  now: Date | undefined,
): Promise<ChatRecall> {
  const focus = focusOf(text, earlier, now);
  const warnings: Warning[] = [];
  const [found, working] = await Promise.all([
    foundFor(memos, scope, focus, warnings, signal),
    session === undefined ? [] : workingOf(memos, { ...scope, session }, signal),
  ]);
  const others = await othersOf(memos, scope, focus, found, warnings, signal);
  const { time } = focus;
  return {
    hits: [...found, ...others, ...working],
    warnings: distinct(warnings),
    focus: {
      query: focus.query,
      followUp: focus.followUp,
      ...(time === undefined ? {} : { time: { text: time.text, from: time.from, to: time.to } }),
    },
    compile: compileSections(time),
  };
}

/** The ranking of what was found in all memory, and in the time that the message speaks of. */
export async function foundFor(
  memos: MemOS,
  scope: Scope,
  { query, topic, time }: Focus,
  warnings: Warning[],
  signal: AbortSignal | undefined,
  k: number = AGENT_LIMITS.candidates,
): Promise<Hit[]> {
  const types = [...RECALLED_TYPES];
  const everywhere = memos.search(asQuery(query), scope, { k, types, signal });
  if (time === undefined) {
    const { hits, receipt } = await everywhere;
    warnings.push(...receipt.warnings);
    return hits;
  }
  const [all, within, then] = await Promise.all([
    everywhere,
    topic.trim() === ""
      ? undefined
      : memos.search(asQuery(topic), scope, {
          k: AGENT_LIMITS.candidatesInTime,
          types,
          where: spanFilter(time.from, time.to),
          signal,
        }),
    happenedIn(memos, scope, time, signal),
  ]);
  warnings.push(...all.receipt.warnings, ...(within?.receipt.warnings ?? []));
  const listed = then.map((cube): Hit => ({ cube, score: 0, duplicates: [] }));
  return fused(all.hits, [...(within?.hits ?? []), ...listed]).slice(0, k + AGENT_LIMITS.candidatesInTime);
}

/** One ranking of two by reciprocal rank (Cormack, Clarke, Büttcher 2009); equal ones stay in their order. */
function fused(all: readonly Hit[], inTime: readonly Hit[]): Hit[] {
  const scores = new Map<CubeId, { hit: Hit; score: number }>();
  const add = (hits: readonly Hit[], weight: number) => {
    const seen = new Set<CubeId>();
    for (const hit of hits) {
      const { id } = hit.cube;
      if (seen.has(id)) continue;
      seen.add(id);
      const one = scores.get(id) ?? { hit, score: 0 };
      one.score += weight / (RRF_K + seen.size);
      scores.set(id, one);
    }
  };
  add(all, 1);
  add(inTime, TIME_WEIGHT);
  return [...scores.values()].sort((a, b) => b.score - a.score).map(({ hit, score }) => ({ ...hit, score }));
}

/** Of types that were not found, those that say a word of it: no similarity alone brings them in. */
async function othersOf(
  memos: MemOS,
  scope: Scope,
  { topic }: Focus,
  found: readonly Hit[],
  warnings: Warning[],
  signal: AbortSignal | undefined,
): Promise<Hit[]> {
  const types = RECALLED_TYPES.filter((type) => found.every(({ cube }) => cube.type !== type));
  // When fewer were found than were looked for, there is nothing else.
  if (types.length === 0 || topic.trim() === "" || found.length < AGENT_LIMITS.candidates) return [];
  const { hits, receipt } = await memos.search(asQuery(topic), scope, {
    k: AGENT_LIMITS.others,
    channels: ["text"],
    types,
    signal,
  });
  warnings.push(...receipt.warnings);
  return hits;
}

async function workingOf(memos: MemOS, scope: Scope, signal: AbortSignal | undefined): Promise<Hit[]> {
  const { cubes } = await memos.list(scope, { types: ["working"], limit: AGENT_LIMITS.working, signal });
  return (
    cubes
      // What frameworks keep of calls and results is JSON that nobody has said.
      .filter(({ payload }) => payload.kind === "plaintext" && payload.format !== "json")
      .map((cube) => ({ cube, score: 0, duplicates: [] }))
      .reverse()
  );
}

function asQuery(text: string): string {
  return text.slice(0, LIMITS.queryCharacters).toWellFormed();
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((one) => [`${one.code} ${one.message}`, one])).values()];
}

import { setImmediate as nextTurn } from "node:timers/promises";
import { entityKey } from "../../../graph/extraction/index.js";
import { type CubeId, contentHash, type MemCube, type Scope, textOf } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";
import { bySubjectAndRelation, factValue, statementsInTime } from "../../knowledge/facts.js";
import { GRAPH_LIMITS } from "../../knowledge/operations.js";
import { queryTerms } from "../../retrieval/analysis.js";
import { textDigest } from "../../retrieval/digest.js";
import type { Consolidable } from "../../store/consolidationLedger.js";
import { asFloats } from "../../store/index/row.js";
import type { Store } from "../../store/store.js";
import { MERGED_AT_MOST } from "../operations.js";
import { completeLinkage } from "./clusters.js";
import { quotedText, quotesOf } from "./extractiveSummary.js";
import { latestOf, momentOf } from "./madeCubes.js";
import { type Comparable, comparable, nearDuplicates } from "./nearDuplicate.js";
import { CONSOLIDATION_LIMITS, type ConsolidationKind, type Proposal } from "./operations.js";

/** Cubes of one step through a scope, of one step through its facts, and of one step through its episodes. */
const TEXTS_AT_ONCE = 32;
const FACTS_AT_ONCE = 200;
const EPISODES_AT_ONCE = 200;

/** Nearest texts that are compared with each, and words that they are looked for by where there is no vector. */
const NEAREST = 24;
const QUERY_TERMS = 24;

/** Turns of one conversation, and of all, that are kept in mind until some of them are summarised. */
const OPEN_TURNS = 4 * CONSOLIDATION_LIMITS.turnsAtMost;
const OPEN_TURNS_OF_ALL = 4_096;

/** A proposal and the cubes as they were when it was made. */
export interface Draft<P extends Proposal = Proposal> {
  readonly proposal: P;
  readonly cubes: readonly MemCube[];
  readonly keys: readonly number[];
}

export type DraftOf<Kind extends ConsolidationKind> = Draft<Extract<Proposal, { kind: Kind }>>;

/** What was found up to a key: everything at and before it has been looked at. */
export interface Found<D extends Draft = Draft> {
  readonly drafts: readonly D[];
  readonly through: number;
}

/** Where to look, and from where on. */
export interface Search {
  readonly scope: Scope;
  readonly now: number;
  readonly after: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Looks for what could be consolidated, a few cubes at a time in the order in which they were recorded: each step
 * costs the same however many cubes there are. Writes nothing.
 */
export class Proposing {
  readonly #store: Store;
  readonly #hasModel: boolean;

  constructor(store: Store, hasModel: boolean) {
    this.#store = store;
    this.#hasModel = hasModel;
  }

  /**
   * Near-duplicates of one owner. Each cube is compared with those nearest to it, found by the index, so that the
   * work grows with the number of cubes and not with that of pairs. Repetitions of the same words are ranked as one
   * already: they are merged together with others, and are no reason for a merge by themselves.
   */
  async *merges(search: Search): AsyncGenerator<Found<DraftOf<"merge">>> {
    const { scope, now, signal } = search;
    const { ledger } = this.#store;
    const taken = new Set<number>();
    for (let after = search.after; ; ) {
      const page = await ledger.consolidable(scope, now, { of: "texts", after, limit: TEXTS_AT_ONCE });
      const drafts: DraftOf<"merge">[] = [];
      for (const one of page) {
        throwIfAborted(signal);
        if (taken.has(one.key)) continue;
        const group = await this.#nearest(one, search, taken);
        for (const { key } of group) taken.add(key);
        const draft = group.length < 2 ? undefined : await this.#merge(group, search);
        if (draft !== undefined) drafts.push(draft);
      }
      after = page.at(-1)?.key ?? after;
      yield { drafts, through: after };
      if (page.length < TEXTS_AT_ONCE) return;
    }
  }

  /** The cube and those that are near it and near each other. */
  async #nearest(
    one: Consolidable,
    { scope, now }: Search,
    taken: ReadonlySet<number>,
  ): Promise<Consolidable[]> {
    const wanted = this.#comparable(one);
    if (!wanted.saying.telling) return [];
    const { session: _, ...owner } = one.cube.scope;
    const { candidates } = await this.#store.index.search({
      scope: owner,
      terms: wanted.vector === null ? queryTerms(textOf(one.cube) ?? "").slice(0, QUERY_TERMS) : [],
      phrases: [],
      vector: wanted.vector,
      types: [one.cube.type],
      now,
      keys: undefined,
      historic: [],
      also: [],
      limit: NEAREST,
    });
    const keys = candidates.map(({ key }) => key).filter((key) => key !== one.key && !taken.has(key));
    if (keys.length === 0) return [];
    const others = await this.#store.ledger.consolidable(scope, now, { of: "texts", keys });
    const items = [one, ...others.sort((a, b) => a.key - b.key)].map((item) => ({
      item,
      as: this.#comparable(item),
    }));
    const near = items.filter(({ as }) => as.cube.id === one.cube.id || nearDuplicates(wanted, as));
    const groups = completeLinkage(near, (a, b) => nearDuplicates(a.as, b.as), MERGED_AT_MOST);
    return groups.find(([first]) => first?.item.key === one.key)?.map(({ item }) => item) ?? [];
  }

  #comparable({ cube, vector, embedder }: Consolidable): Comparable {
    return comparable(cube, vector === null || embedder !== this.#store.embedder ? null : asFloats(vector));
  }

  async #merge(group: readonly Consolidable[], { now }: Search): Promise<DraftOf<"merge"> | undefined> {
    const { ledger } = this.#store;
    const ordered = [...group].sort((a, b) => a.key - b.key);
    const keys = ordered.map(({ key }) => key);
    const cubes = ordered.map(({ cube }) => cube);
    if (new Set(cubes.map(digestOf)).size === 1) return undefined;
    const { session: _, ...owner } = (cubes[0] as MemCube).scope;
    const stated = await ledger.factsAbout({ scope: owner, now }, keys, undefined, GRAPH_LIMITS.statements);
    // A value that changed and changed back has a history, which one cube with one time could not tell.
    const changed = bySubjectAndRelation(stated).some(
      (facts) => new Set(facts.map(({ objectName }) => entityKey(objectName))).size > 1,
    );
    if (changed) return undefined;
    const ids = cubes.map(({ id }) => id);
    const latest = latestOf(cubes);
    return {
      proposal: {
        kind: "merge",
        id: proposalId("merge", ids),
        cubes: ids,
        why: `${cubes.length} memories say the same in nearly the same words.`,
        makes: { type: latest.type, text: textOf(latest) ?? "" },
      },
      cubes,
      keys,
    };
  }

  /** Single-valued facts with two values that are stated for the same time: which of them holds nobody can know. */
  async *contradictions(search: Search): AsyncGenerator<Found<DraftOf<"contradiction">>> {
    for await (const { groups, through } of this.#facts(search)) {
      const drafts: DraftOf<"contradiction">[] = [];
      for (const group of groups) {
        const rivals = group.filter(({ status }) => status === "contradicted").map(({ fact }) => fact);
        const last = rivals.at(-1);
        if (last === undefined) continue;
        const others = new Map(rivals.map((fact) => [entityKey(fact.object), fact]));
        others.delete(entityKey(last.object));
        for (const other of others.values()) {
          const { cubes, keys } = await this.#openCubes([last.stored.cube, other.stored.cube], search);
          const [later, earlier] = cubes;
          if (later === undefined || earlier === undefined) continue;
          if (later.attributes.links?.some(({ to, kind }) => to === earlier.id && kind === "contradicts"))
            continue;
          const { subjectName: subject, relation } = last.stored;
          const why = `${subject} ${relation}: ${last.object}, and ${other.object} at the same time`;
          drafts.push({
            proposal: {
              kind: "contradiction",
              id: proposalId("contradiction", [later.id, earlier.id], relation),
              cubes: [later.id, earlier.id],
              why: `Two memories state different values of "${relation}" for the same time.`,
              subject,
              relation,
              values: group.filter(({ status }) => status === "contradicted").map(factValue),
              makes: { from: later.id, to: earlier.id, why: why.slice(0, 500) },
            },
            cubes,
            keys,
          });
        }
      }
      yield { drafts, through };
    }
  }

  /**
   * Statements that a later one has superseded. They are reported and not rewritten: a fact is closed at the moment
   * of reading, from the statements that are there (docs/decisions/0006), so that it is open again by itself once
   * the later statement is forgotten, was said of another time, or is not yet valid at the time that is asked about.
   * An end written into the earlier cube would be wrong in each of these cases.
   */
  async *closings(search: Search): AsyncGenerator<Found<DraftOf<"close">>> {
    for await (const { groups, through } of this.#facts(search)) {
      const drafts: DraftOf<"close">[] = [];
      for (const entry of groups.flat()) {
        const { fact, supersededBy } = entry;
        if (supersededBy === null || supersededBy.stored.cube === fact.stored.cube) continue;
        const { cubes, keys } = await this.#openCubes([fact.stored.cube, supersededBy.stored.cube], search);
        if (cubes.length < 2) continue;
        const { subjectName: subject, relation, objectName } = fact.stored;
        const ids = cubes.map(({ id }) => id);
        drafts.push({
          proposal: {
            kind: "close",
            id: proposalId("close", ids, `${relation} ${entityKey(objectName)}`),
            cubes: ids,
            why: `Another value of "${relation}" holds since; it is read as outdated and stays in the history.`,
            subject,
            relation,
            value: factValue(entry),
            closedAt: new Date(supersededBy.since).toISOString(),
          },
          cubes,
          keys,
        });
      }
      yield { drafts, through };
    }
  }

  /** The single-valued facts that cubes state, with what became of each statement; every fact once. */
  async *#facts({ scope, now, after: from, signal }: Search) {
    const { ledger } = this.#store;
    const question = { scope, now };
    const seen = new Set<string>();
    for (let after = from; ; ) {
      throwIfAborted(signal);
      const keys = await ledger.keysAfter(question, after, FACTS_AT_ONCE);
      const stated = await ledger.factsAbout(question, keys, undefined, GRAPH_LIMITS.statements);
      const groups = bySubjectAndRelation(stated).flatMap((facts) => {
        const name = `${facts[0]?.subject} ${facts[0]?.relation}`;
        if (seen.has(name)) return [];
        seen.add(name);
        return [statementsInTime(facts, now)];
      });
      after = keys.at(-1) ?? after;
      yield { groups: groups as ReturnType<typeof statementsInTime>[], through: after };
      if (keys.length < FACTS_AT_ONCE) return;
    }
  }

  /** Of some cubes those that may take part, in the given order. */
  async #openCubes(keys: readonly number[], { scope, now }: Search) {
    const open = await this.#store.ledger.consolidable(scope, now, { of: "texts", keys });
    const ordered = keys.flatMap((key) => open.find((one) => one.key === key) ?? []);
    return { cubes: ordered.map(({ cube }) => cube), keys: ordered.map(({ key }) => key) };
  }

  /**
   * Conversations that are over and have no summary: the turns of one session, or of one owner without a pause.
   * Long ones become several notes.
   */
  async *summaries(search: Search): AsyncGenerator<Found<DraftOf<"summarise">>> {
    const { scope, now, signal } = search;
    const open = new Map<string, Consolidable[]>();
    for (let after = search.after; ; ) {
      throwIfAborted(signal);
      const page = await this.#store.ledger.consolidable(scope, now, {
        of: "unsummarised",
        after,
        limit: EPISODES_AT_ONCE,
      });
      const ended: Consolidable[][] = [];
      for (const turn of page) {
        const name = conversationOf(turn.cube.scope);
        const turns = open.get(name);
        if (turns === undefined) open.set(name, [turn]);
        else if (turn.cube.scope.session === undefined && isPause(turns.at(-1) as Consolidable, turn)) {
          ended.push(turns);
          open.set(name, [turn]);
        } else turns.push(turn);
      }
      after = page.at(-1)?.key ?? after;
      const last = page.length < EPISODES_AT_ONCE;
      let through = after;
      const crowded = [...open.values()].reduce((sum, turns) => sum + turns.length, 0) >= OPEN_TURNS_OF_ALL;
      for (const [name, turns] of open) {
        const settled =
          now - Date.parse(momentOf((turns.at(-1) as Consolidable).cube)) >= CONSOLIDATION_LIMITS.settledMs;
        if (settled && (last || crowded || turns.length >= OPEN_TURNS)) {
          ended.push(turns);
          open.delete(name);
        } else through = Math.min(through, (turns[0] as Consolidable).key - 1);
      }
      const drafts: DraftOf<"summarise">[] = [];
      for (const turns of ended.flatMap(parted)) {
        // Each is a few milliseconds of work without a wait in it.
        await nextTurn();
        const draft = await this.#summary(turns);
        if (draft.proposal.makes.text !== "") drafts.push(draft);
      }
      yield { drafts, through };
      if (last) return;
    }
  }

  async #summary(turns: readonly Consolidable[]): Promise<DraftOf<"summarise">> {
    const cubes = turns.map(({ cube }) => cube);
    const ids = cubes.map(({ id }) => id);
    const makes = this.#hasModel
      ? { type: "semantic" as const, by: "model" as const }
      : { type: "semantic" as const, by: "rules" as const, text: quotedText(cubes, await quotesOf(cubes)) };
    return {
      proposal: {
        kind: "summarise",
        id: proposalId("summarise", ids),
        cubes: ids,
        why: `A conversation of ${cubes.length} turns is over and has no summary.`,
        makes,
      },
      cubes,
      keys: turns.map(({ key }) => key),
    };
  }
}

function digestOf(cube: MemCube): string {
  return Buffer.from(textDigest(textOf(cube) ?? "")).toString("hex");
}

function proposalId(kind: ConsolidationKind, cubes: readonly CubeId[], about = ""): string {
  return contentHash({ kind, cubes, about });
}

function conversationOf({ tenant, user, agent, app, session }: Scope): string {
  return JSON.stringify([tenant, user ?? null, agent ?? null, app ?? null, session ?? null]);
}

function isPause(before: Consolidable, after: Consolidable): boolean {
  const apart = Date.parse(momentOf(after.cube)) - Date.parse(momentOf(before.cube));
  return Math.abs(apart) > CONSOLIDATION_LIMITS.pauseMs;
}

/** Turns in equal parts of a bearable size; none of too few. */
function parted(turns: readonly Consolidable[]): Consolidable[][] {
  const { turnsAtLeast, turnsAtMost } = CONSOLIDATION_LIMITS;
  if (turns.length < turnsAtLeast) return [];
  const size = Math.ceil(turns.length / Math.ceil(turns.length / turnsAtMost));
  const parts: Consolidable[][] = [];
  for (let at = 0; at < turns.length; at += size) parts.push(turns.slice(at, at + size));
  return parts.filter((part) => part.length >= turnsAtLeast);
}

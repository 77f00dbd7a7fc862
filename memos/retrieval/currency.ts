import { entityKey, factQuestion } from "../../graph/extraction/index.js";
import type { CubeId, Scope } from "../../memcube/index.js";
import { entityNumber } from "../extraction/cubeGraph.js";
import { bySubjectAndRelation, statementsInTime } from "../knowledge/facts.js";
import type { Question } from "../store/graphLedger.js";
import type { Store } from "../store/store.js";

/** Statements of one fact that are looked at. */
const STATEMENTS = 2_000;

/** What a search needs to know about facts that changed. */
export interface Currency {
  /** Cubes that state the current value of the very fact that is asked for, the latest first. */
  readonly asked: readonly number[];
  /** Of cubes that state a value which no longer holds: the value that does, and the cube that states it. */
  readonly superseded: ReadonlyMap<number, Supersession>;
}

export interface Supersession {
  readonly key: number;
  readonly id: CubeId;
  readonly subject: string;
  readonly relation: string;
  readonly value: string;
}

/** Looks up which of the cubes found state something that has changed since, and the value that is asked for. */
export async function currency(
  store: Store,
  query: string,
  scope: Scope,
  question: Question,
  keys: readonly number[],
  asOf: number | undefined,
): Promise<Currency> {
  const wanted = factQuestion(query, scope.user ?? "user");
  const [stated, about] = await Promise.all([
    keys.length === 0 ? [] : store.ledger.factsAbout(question, keys, asOf, STATEMENTS),
    wanted === undefined
      ? []
      : store.ledger.facts(
          question,
          {
            by: "subject",
            entity: entityNumber(scope, entityKey(wanted.subject)),
            relation: wanted.relation,
          },
          asOf,
          STATEMENTS,
        ),
  ]);
  const at = asOf ?? question.now;
  const holds = statementsInTime(about, at).filter(
    ({ status }) => status === "current" || status === "contradicted",
  );
  const superseded = new Map<number, Supersession>();
  for (const group of bySubjectAndRelation([...stated, ...about])) {
    const inTime = statementsInTime(group, at);
    const current = inTime.findLast(({ status }) => status === "current")?.fact.stored;
    if (current === undefined) continue;
    for (const { fact, status } of inTime)
      if (status === "superseded" && fact.stored.cube !== current.cube)
        superseded.set(fact.stored.cube, {
          key: current.cube,
          id: current.cubeId,
          subject: current.subjectName,
          relation: current.relation,
          value: current.objectName,
        });
  }
  return { asked: [...new Set(holds.reverse().map(({ fact }) => fact.stored.cube))], superseded };
}

/** A ranking in which no value stands before the one that took its place, and the one asked for stands first. */
export function currentFirst<Entry extends object>(
  ranking: readonly Entry[],
  keyOf: (entry: Entry) => number,
  { asked, superseded }: Currency,
): Entry[] {
  const first = asked.flatMap((key) => ranking.find((entry) => keyOf(entry) === key) ?? []);
  const ordered = [...first, ...ranking.filter((entry) => !first.includes(entry))];
  for (let at = 0; at < ordered.length; at++) {
    const stale = superseded.get(keyOf(ordered[at] as Entry));
    if (stale === undefined) continue;
    const current = ordered.findIndex((entry) => keyOf(entry) === stale.key);
    if (current > at) ordered.splice(at, 0, ...ordered.splice(current, 1));
  }
  return ordered;
}

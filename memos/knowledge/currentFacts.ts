import { entityKey, isKnownRelation, isSingleValued } from "../../graph/extraction/index.js";
import type { FactInTime } from "../../graph/facts.js";
import { entityNumber } from "../extraction/cubeGraph.js";
import type { GraphLedger, Question, StoredFact } from "../store/graphLedger.js";
import { type Statement, statementsInTime } from "./facts.js";
import { GRAPH_LIMITS } from "./operations.js";
import type { RelationLikeness } from "./relationLikeness.js";

/** One relation of one subject as it is now: what holds, the newest first, and what no longer does. */
export interface CurrentFact {
  readonly subject: string;
  readonly relation: string;
  readonly holds: readonly FactInTime<Statement>[];
  readonly superseded: readonly FactInTime<Statement>[];
  readonly contradicted: boolean;
}

/** Keys under which a name may be known: with its article and without. */
export function keysOfName(name: string): string[] {
  const key = entityKey(name);
  if (key === "") return [];
  return key.startsWith("the ") && key.length > 4 ? [key, key.slice(4)] : [key, `the ${key}`];
}

/** The current facts of names, read from the ledger as they are asked for and kept while one question lasts. */
export class CurrentFacts {
  readonly #ledger: GraphLedger;
  readonly #question: Question;
  readonly #likeness: RelationLikeness;
  readonly #known = new Map<string, readonly CurrentFact[]>();

  constructor(ledger: GraphLedger, question: Question, likeness: RelationLikeness) {
    this.#ledger = ledger;
    this.#question = question;
    this.#likeness = likeness;
  }

  /** What is known of each of these keys as a subject, in one read; a name under its keys is one subject. */
  async of(names: readonly (readonly string[])[]): Promise<(readonly CurrentFact[])[]> {
    const wanted = names.filter((keys) => !this.#known.has(keys.join("\n")));
    if (wanted.length > 0) {
      const numbers = new Map<number, string>();
      for (const key of wanted.flat()) numbers.set(entityNumber(this.#question.scope, key), key);
      const stated = await this.#ledger.facts(
        this.#question,
        { by: "subjects", entities: [...numbers.keys()] },
        this.#question.asOf,
        GRAPH_LIMITS.walkedFacts,
      );
      const stored = await this.#inVocabulary(stated);
      const byKey = new Map<string, StoredFact[]>();
      for (const fact of stored) {
        const key = numbers.get(fact.subject) as string;
        const of = byKey.get(key);
        if (of === undefined) byKey.set(key, [fact]);
        else of.push(fact);
      }
      for (const keys of wanted)
        this.#known.set(keys.join("\n"), this.#inTime(keys.flatMap((key) => byKey.get(key) ?? [])));
    }
    return names.map((keys) => this.#known.get(keys.join("\n")) as readonly CurrentFact[]);
  }

  /** The facts with the relation that their wording means, so that an update may be worded in a way of its own. */
  async #inVocabulary(facts: readonly StoredFact[]): Promise<readonly StoredFact[]> {
    const wordings = facts.map(({ relation }) => relation).filter((relation) => !isKnownRelation(relation));
    if (wordings.length === 0) return facts;
    const meant = await this.#likeness.meant(wordings);
    return facts.map((fact) => {
      const relation = meant.get(fact.relation) ?? fact.relation;
      return relation === fact.relation ? fact : { ...fact, relation, single: isSingleValued(relation) };
    });
  }

  #inTime(facts: readonly StoredFact[]): CurrentFact[] {
    const groups = new Map<string, StoredFact[]>();
    for (const fact of facts) {
      const group = groups.get(fact.relation);
      if (group === undefined) groups.set(fact.relation, [fact]);
      else group.push(fact);
    }
    return [...groups].map(([relation, group]) => {
      const history = statementsInTime(group, this.#question.now);
      const holds = history
        .filter(({ status }) => status === "current" || status === "contradicted")
        .reverse();
      const values = new Set<string>();
      return {
        subject: (group.at(-1) as StoredFact).subjectName,
        relation,
        holds: holds.filter(({ fact }) => {
          const key = entityKey(fact.object);
          return !values.has(key) && values.add(key);
        }),
        superseded: history.filter(({ status }) => status === "superseded" || status === "ended"),
        contradicted: history.some(({ status }) => status === "contradicted"),
      };
    });
  }
}

import { entityKey } from "../../graph/extraction/index.js";
import { type FactInTime, type FactStatement, factsInTime } from "../../graph/facts.js";
import type { StoredFact } from "../store/graphLedger.js";
import type { FactValue } from "./operations.js";

/** A stored fact and its place in time. */
export interface Statement extends FactStatement {
  readonly stored: StoredFact;
}

/** What became of each statement of one subject and relation, at an instant. */
export function statementsInTime(facts: readonly StoredFact[], at: number): FactInTime<Statement>[] {
  // By the clock, then by cube: the same order however often the graph is derived anew.
  const arrived = [...facts].sort(
    (a, b) => a.recordedAt - b.recordedAt || a.cube - b.cube || a.number - b.number,
  );
  return factsInTime(arrived.map(statementOf), at, entityKey);
}

/** Since when it was said to hold, else since its cube happened, else since it was recorded. */
function statementOf(stored: StoredFact, arrival: number): Statement {
  return {
    stored,
    object: stored.objectName,
    since: stored.validFrom ?? stored.occurredAt ?? stored.recordedAt,
    stated: stored.validFrom !== null,
    until: stored.validTo,
    arrival,
    single: stored.single,
    serial: stored.serial,
    opens: stored.opens ? stored.cube : null,
  };
}

export function factValue({ fact, status, supersededBy }: FactInTime<Statement>): FactValue {
  const { stored, since, stated } = fact;
  const { start, end } = stored;
  return {
    object: stored.objectName,
    status,
    cube: stored.cubeId,
    ...(start === null || end === null ? {} : { span: [start, end] }),
    by: stored.by,
    since: new Date(since).toISOString(),
    stated,
    ...(stored.validTo === null ? {} : { until: new Date(stored.validTo).toISOString() }),
    recordedAt: new Date(stored.recordedAt).toISOString(),
    ...(supersededBy === null ? {} : { supersededBy: supersededBy.stored.cubeId }),
  };
}

/** Facts in groups of one subject and one relation. */
export function bySubjectAndRelation(facts: readonly StoredFact[]): StoredFact[][] {
  const groups = new Map<string, StoredFact[]>();
  for (const fact of facts) {
    const key = `${fact.subject} ${fact.relation}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fact]);
    else group.push(fact);
  }
  return [...groups.values()];
}

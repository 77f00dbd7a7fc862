/** One statement of a fact, as far as the order of its values needs it. */
export interface FactStatement {
  readonly object: string;
  /** Since when it holds in the world, in milliseconds, and whether that was said or is when it was learned. */
  readonly since: number;
  readonly stated: boolean;
  /** Until when it holds, exclusive; null while no end is known. */
  readonly until: number | null;
  /** Order of arrival. */
  readonly arrival: number;
  /** Whether the relation has one value at a time. */
  readonly single: boolean;
}

export type FactStatus = "current" | "superseded" | "ended" | "future" | "contradicted";

export interface FactInTime<Fact> {
  readonly fact: Fact;
  readonly status: FactStatus;
  /** The statement that took its place. */
  readonly supersededBy: Fact | null;
}

/**
 * The statements about one subject and relation in the order in which they hold, each with what became of it
 * at an instant. A later value of a single-valued relation supersedes an earlier one, later in stated time,
 * else in order of arrival; nothing is erased. Two values stated for the same instant cannot be ordered: both
 * are kept, as contradicted. A relation with several values keeps all of them.
 *
 * @param keyOf when two objects are the same value.
 */
export function factsInTime<Fact extends FactStatement>(
  statements: readonly Fact[],
  at: number,
  keyOf: (object: string) => string,
): FactInTime<Fact>[] {
  const ordered = [...statements].sort((a, b) => a.since - b.since || a.arrival - b.arrival);
  const begun = ordered.filter((fact) => fact.since <= at && (fact.until === null || fact.until > at));
  const last = begun.findLast((fact) => fact.single);
  const rivals =
    last === undefined
      ? []
      : begun.filter(
          (fact) =>
            fact.single &&
            fact.stated &&
            last.stated &&
            fact.since === last.since &&
            fact.until === last.until,
        );
  const contradicted = new Set(rivals.map((fact) => keyOf(fact.object))).size > 1;
  return ordered.map((fact, index) => {
    if (fact.since > at) return { fact, status: "future", supersededBy: null };
    if (contradicted && rivals.includes(fact)) return { fact, status: "contradicted", supersededBy: null };
    const sameAsLast = last !== undefined && keyOf(fact.object) === keyOf(last.object);
    const next = fact.single
      ? ordered
          .slice(index + 1)
          .find((later) => later.single && later.since <= at && keyOf(later.object) !== keyOf(fact.object))
      : undefined;
    if (next !== undefined && !(sameAsLast && fact === last))
      return { fact, status: "superseded", supersededBy: next };
    if (fact.until !== null && fact.until <= at) return { fact, status: "ended", supersededBy: null };
    return { fact, status: "current", supersededBy: null };
  });
}

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
  /** Its number in a list whose later items replace earlier ones; null outside of one. */
  readonly serial: number | null;
  /** The numbers of that list begin with the text that states this, which this number tells from others. */
  readonly opens: number | null;
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
 * else by its number in a list, else in order of arrival; nothing is erased. Two values stated for the same instant cannot be ordered: both
 * are kept, as contradicted. A relation with several values keeps all of them.
 *
 * @param keyOf when two objects are the same value.
 */
export function factsInTime<Fact extends FactStatement>(
  statements: readonly Fact[],
  at: number,
  keyOf: (object: string) => string,
): FactInTime<Fact>[] {
  const ordered = bySerial([...statements].sort((a, b) => a.since - b.since || a.arrival - b.arrival));
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

/**
 * Puts the statements that are numbered in the order of their numbers, in the places that they have among the
 * others, so that a list is read in its own order however its pieces arrived. Numbers of two lists that both
 * begin are not compared.
 */
function bySerial<Fact extends FactStatement>(ordered: readonly Fact[]): Fact[] {
  const places: number[] = [];
  const lists = new Map<Fact, number>();
  const begun = new Set<number>();
  for (const [place, fact] of ordered.entries()) {
    if (fact.serial === null || fact.stated) continue;
    if (fact.opens !== null) begun.add(fact.opens);
    places.push(place);
    // What arrives before the beginning of the first list belongs to it too.
    lists.set(fact, Math.max(1, begun.size));
  }
  const listOf = (fact: Fact) => lists.get(fact) as number;
  const sorted = places
    .map((place) => ordered[place] as Fact)
    .sort((a, b) => listOf(a) - listOf(b) || (a.serial as number) - (b.serial as number));
  const result = [...ordered];
  for (const [index, place] of places.entries()) result[place] = sorted[index] as Fact;
  return result;
}

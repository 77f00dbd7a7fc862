import { sql } from "drizzle-orm";
import type { CubeFact, CubeGraph } from "../../extraction/cubeGraph.js";
import { MENTION_STRIDE } from "../../extraction/cubeGraph.js";
import type { Connection } from "./connection.js";
import { edges, facts } from "./schema.js";

/** Kinds of edges that cubes carry in their attributes; `synonym` and `derived` come from elsewhere. */
export const LINK_KINDS = ["link", "supports", "contradicts"] as const;

const p = (name: string) => sql.placeholder(name);

/** Writes what a cube adds to the graph. Each method runs inside the transaction that writes the cube. */
export class GraphWrites {
  readonly #insertMention;
  readonly #dropMentions;
  readonly #insertFact;
  readonly #statements;

  constructor({ db, orm }: Connection) {
    // Some thirty rows for a passage: without the mapping of drizzle, which costs more than the insert.
    this.#insertMention = db.prepare(
      'INSERT INTO mentions (entity, role, cube, start, "end") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    // Hundreds for one piece of a list of facts.
    this.#insertFact = db.prepare(
      `INSERT INTO facts (cube, by, subject, relation, object, subject_name, object_name, single, start, "end",
         valid_from, valid_to, recorded_at, serial, opens)
       VALUES (@cube, @by, @subject, @relation, @object, @subjectName, @objectName, @single, @start, @end,
         @validFrom, @validTo, @recordedAt, @serial, @opens)`,
    );
    this.#dropMentions = db.prepare("DELETE FROM mentions WHERE cube = ?");
    const linked = sql`${edges.kind} IN (SELECT value FROM json_each(${JSON.stringify(LINK_KINDS)}))`;
    this.#statements = {
      current: orm
        .select()
        .from(facts)
        .where(sql`${facts.cube} = ${p("cube")} AND ${facts.retiredAt} IS NULL`)
        .orderBy(facts.number)
        .prepare(),
      moveFact: orm
        .update(facts)
        .set({
          start: sql`${p("start")}`,
          end: sql`${p("end")}`,
          opens: sql`${p("opens")}`,
        })
        .where(sql`${facts.number} = ${p("number")}`)
        .prepare(),
      retireFact: orm
        .update(facts)
        .set({ retiredAt: sql`${p("retiredAt")}` })
        .where(sql`${facts.number} = ${p("number")}`)
        .prepare(),
      dropFacts: orm
        .delete(facts)
        .where(sql`${facts.cube} = ${p("cube")}`)
        .prepare(),
      dropLinks: orm
        .delete(edges)
        .where(sql`${edges.from} = ${p("cube")} AND ${linked}`)
        .prepare(),
      dropEdges: orm
        .delete(edges)
        .where(sql`${edges.from} = ${p("cube")}`)
        .prepare(),
      dropLinksTo: orm
        .delete(edges)
        .where(sql`${edges.to} = ${p("cube")} AND ${linked}`)
        .prepare(),
      insertLink: orm
        .insert(edges)
        .values({
          tenant: p("tenant"),
          from: p("from"),
          to: p("to"),
          kind: p("kind"),
          weight: 1,
          by: p("by"),
          recordedAt: p("recordedAt"),
          why: p("why"),
        })
        .onConflictDoNothing()
        .prepare(),
    };
  }

  /** Replaces what a cube adds. Facts that it no longer states stay, retired when it changed. */
  put(
    cube: { readonly key: number; readonly tenant: string; readonly changedAt: number },
    graph: CubeGraph,
    targets: readonly (number | undefined)[],
  ): void {
    const { key, tenant, changedAt: recordedAt } = cube;
    this.#dropMentions.run(key);
    const { mentions } = graph;
    for (let at = 0; at < mentions.length; at += MENTION_STRIDE)
      this.#insertMention.run(mentions[at], mentions[at + 1], key, mentions[at + 2], mentions[at + 3]);
    for (const then of graph.past) this.#putFacts(key, then.facts, then.recordedAt);
    this.#putFacts(key, graph.facts, recordedAt);
    this.#statements.dropLinks.run({ cube: key });
    for (const [index, link] of graph.links.entries()) {
      const to = targets[index];
      if (to === undefined || to === key) continue;
      const { kind, by, why = null } = link;
      this.#statements.insertLink.run({ tenant, from: key, to, kind, by, why, recordedAt });
    }
  }

  #putFacts(cube: number, stated: readonly CubeFact[], recordedAt: number): void {
    const known = new Map(this.#statements.current.all({ cube }).map((row) => [identity(row), row.number]));
    for (const fact of stated) {
      const number = known.get(identity(fact));
      if (number === undefined) {
        const [single, opens] = [Number(fact.single), Number(fact.opens)];
        this.#insertFact.run({ ...fact, cube, recordedAt, single, opens });
      } else {
        const { start, end, opens } = fact;
        this.#statements.moveFact.run({ number, start, end, opens: Number(opens) });
      }
      known.delete(identity(fact));
    }
    for (const number of known.values()) this.#statements.retireFact.run({ number, retiredAt: recordedAt });
  }

  /** Before all that a cube ever stated is put again. */
  forgetFacts(key: number): void {
    this.#statements.dropFacts.run({ cube: key });
  }

  /** A forgotten cube leaves nothing in the graph, at no point in time. */
  remove(key: number): void {
    this.#dropMentions.run(key);
    this.#statements.dropFacts.run({ cube: key });
    this.#statements.dropEdges.run({ cube: key });
    this.#statements.dropLinksTo.run({ cube: key });
  }
}

/** What makes two statements of one cube the same. */
function identity(
  fact: Pick<CubeFact, "subject" | "relation" | "object" | "validFrom" | "validTo" | "serial">,
): string {
  const { subject, relation, object, validFrom, validTo, serial } = fact;
  return JSON.stringify([subject, relation, object, validFrom, validTo, serial]);
}

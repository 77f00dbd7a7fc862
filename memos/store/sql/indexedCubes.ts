import { eq, sql } from "drizzle-orm";
import { sensitivitySchema } from "../../governance/label.js";
import type { Change, IndexedCube } from "../ledger.js";
import type { Connection } from "./connection.js";
import { type CubeRow, indexedFrom, NEIGHBOUR_REACH, SEARCHABLE } from "./cubeRows.js";
import { cubes, vectors, versions } from "./schema.js";

/**
 * Reads cubes the way the index wants them: text, vector, and the texts of the turns beside them.
 */
export class IndexedCubes {
  readonly #current;
  readonly #neighbours;

  constructor({ orm }: Connection) {
    this.#current = orm
      .select({ head: cubes, content: versions.content, vector: vectors })
      .from(cubes)
      .innerJoin(versions, sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
      .leftJoin(vectors, eq(vectors.key, cubes.key))
      .where(eq(cubes.key, sql.placeholder("key")))
      .prepare();
    this.#neighbours = orm
      .select({
        key: cubes.key,
        state: cubes.state,
        sensitivity: cubes.sensitivity,
        visibility: cubes.visibility,
        text: sql<string>`json_extract(${versions.content}, '$.payload.text')`,
      })
      .from(cubes)
      .innerJoin(versions, sql`${versions.key} = ${cubes.key} AND ${versions.version} = ${cubes.version}`)
      .where(
        sql`${cubes.session} = ${sql.placeholder("session")} AND ${cubes.tenant} = ${sql.placeholder("tenant")}
          AND ${cubes.user} IS ${sql.placeholder("user")} AND ${cubes.agent} IS ${sql.placeholder("agent")}
          AND ${cubes.app} IS ${sql.placeholder("app")}
          AND ${cubes.position} BETWEEN ${sql.placeholder("from")} AND ${sql.placeholder("to")}`,
      )
      .orderBy(cubes.position, cubes.key)
      .prepare();
  }

  /** Cubes within reach of a position in a session. */
  beside(row: CubeRow) {
    if (row.session === null || row.position === null) return [];
    return this.#neighbours
      .all({
        session: row.session,
        tenant: row.tenant,
        user: row.user,
        agent: row.agent,
        app: row.app,
        from: row.position - NEIGHBOUR_REACH,
        to: row.position + NEIGHBOUR_REACH,
      })
      .filter((other) => other.key !== row.key && SEARCHABLE.includes(other.state) && other.text !== null);
  }

  /** Null when the cube is not to be found by search. */
  read(key: number): IndexedCube | null {
    const row = this.#current.get({ key });
    if (row === undefined || !SEARCHABLE.includes(row.head.state)) return null;
    return this.from(row.head, row.content, row.vector);
  }

  from(
    head: CubeRow,
    content: (typeof versions.$inferSelect)["content"],
    vector: typeof vectors.$inferSelect | null,
  ): IndexedCube {
    return indexedFrom(
      head,
      content,
      // A word of a private or more sensitive turn must not find the one beside it.
      this.beside(head)
        .filter((other) => isNoMoreProtected(other, head))
        .map((other) => other.text),
      vector,
    );
  }

  change(entry: { sequence: number; tenant: string; key: number; operation: "put" | "remove" }): Change {
    const { sequence, tenant, key } = entry;
    return { sequence, tenant, key, cube: entry.operation === "put" ? this.read(key) : null };
  }
}

type Protection = Pick<CubeRow, "sensitivity" | "visibility">;

function isNoMoreProtected(one: Protection, other: Protection): boolean {
  const rank = sensitivitySchema.options;
  return (
    rank.indexOf(one.sensitivity) <= rank.indexOf(other.sensitivity) &&
    (one.visibility === "shared" || other.visibility === "private")
  );
}

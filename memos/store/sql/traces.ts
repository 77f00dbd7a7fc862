import type { Scope } from "../../../memcube/index.js";
import type { Trace } from "../../traces/operations.js";
import type { TraceQuery } from "../traceLedger.js";
import type { Connection } from "./connection.js";
import { scopeColumns } from "./owner.js";

const SCOPED = `d.tenant = @tenant AND (@user IS NULL OR d.user = @user) AND (@agent IS NULL OR d.agent = @agent)
  AND (@app IS NULL OR d.app = @app) AND (@session IS NULL OR d.session = @session)`;

/** Old traces that are let go with each new one, at most. */
const DROPPED_AT_ONCE = 100;

interface Row {
  readonly sequence: number;
  readonly record: string;
}

/** Traces in the ledger. */
export class TraceRows {
  readonly #statements;

  constructor({ db }: Connection) {
    this.#statements = {
      drop: db.prepare("DELETE FROM traces WHERE tenant = @tenant AND id = @id"),
      insert: db.prepare(
        `INSERT INTO traces (id, tenant, user, agent, app, session, at, record)
         VALUES (@id, @tenant, @user, @agent, @app, @session, @at, @record) RETURNING sequence`,
      ),
      mention: db.prepare(
        "INSERT INTO trace_cubes (cube, trace) SELECT value, CAST(? AS INTEGER) FROM json_each(?) WHERE true ON CONFLICT DO NOTHING",
      ),
      dropOld: db.prepare(
        `DELETE FROM traces WHERE sequence IN
         (SELECT sequence FROM traces WHERE tenant = @tenant AND at < @before ORDER BY at LIMIT ${DROPPED_AT_ONCE})`,
      ),
      list: db.prepare(
        `SELECT d.sequence AS sequence, d.record AS record FROM traces d
         WHERE ${SCOPED} AND d.sequence < @before ORDER BY d.sequence DESC LIMIT @limit`,
      ),
      about: db.prepare(
        `SELECT d.sequence AS sequence, d.record AS record FROM trace_cubes c
         CROSS JOIN traces d ON d.sequence = c.trace
         WHERE c.cube = @cube AND ${SCOPED} AND d.sequence < @before ORDER BY d.sequence DESC LIMIT @limit`,
      ),
      get: db.prepare(`SELECT d.record AS record FROM traces d WHERE d.id = @id AND ${SCOPED}`),
    };
  }

  save(trace: Trace, keepFrom: number): void {
    const { id, scope, at } = trace;
    const { tenant } = scope;
    this.#statements.drop.run({ tenant, id });
    const { sequence } = this.#statements.insert.get({
      ...scopeColumns(scope),
      id,
      at: Date.parse(at),
      record: JSON.stringify(trace),
    }) as { sequence: number };
    const cubes = new Set([...trace.read, ...trace.made].map(({ cube }) => cube));
    this.#statements.mention.run(sequence, JSON.stringify([...cubes]));
    this.#statements.dropOld.run({ tenant, before: keepFrom });
  }

  list(scope: Scope, { cube, before, limit }: TraceQuery): { sequence: number; trace: Trace }[] {
    const bound = { ...scopeColumns(scope), before: before ?? Number.MAX_SAFE_INTEGER, limit };
    const rows =
      cube === undefined ? this.#statements.list.all(bound) : this.#statements.about.all({ ...bound, cube });
    return (rows as unknown as Row[]).map(({ sequence, record }) => ({
      sequence,
      trace: JSON.parse(record) as Trace,
    }));
  }

  get(id: string, scope: Scope): Trace | undefined {
    const row = this.#statements.get.get({ ...scopeColumns(scope), id }) as { record: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.record) as Trace);
  }
}

import { sql } from "drizzle-orm";
import { MemosError } from "../../../memcube/index.js";
import type { Once } from "../../once.js";
import type { Change, CommittedCube } from "../ledger.js";
import type { Connection } from "./connection.js";
import { idempotency } from "./schema.js";

/** How long an idempotency key is remembered. */
export const IDEMPOTENCY_DAYS = 7;

const DAY = 86_400_000;
const p = (name: string) => sql.placeholder(name);

/** What writes with an idempotency key have done, kept in the transaction in which they did it. */
export class OnceRows {
  readonly #connection: Connection;
  readonly #statements;

  constructor(connection: Connection) {
    const { orm } = connection;
    this.#connection = connection;
    this.#statements = {
      find: orm
        .select()
        .from(idempotency)
        .where(sql`${idempotency.tenant} = ${p("tenant")} AND ${idempotency.key} = ${p("key")}`)
        .prepare(),
      save: orm
        .insert(idempotency)
        .values({
          tenant: p("tenant"),
          key: p("key"),
          request: p("request"),
          written: p("written"),
          recordedAt: p("recordedAt"),
        })
        .prepare(),
    };
  }

  /**
   * What the first write with this key has written; undefined when there was none.
   *
   * @throws MemosError IDEMPOTENCY_MISMATCH when it was another write.
   */
  find(once: Once | undefined): CommittedCube[] | undefined {
    if (once === undefined) return undefined;
    const earlier = this.#statements.find.get({ tenant: once.tenant, key: once.key });
    if (earlier === undefined) return undefined;
    if (earlier.request !== once.request)
      throw new MemosError(
        "IDEMPOTENCY_MISMATCH",
        "This idempotency key was used before for a different request.",
      );
    return earlier.written as CommittedCube[];
  }

  save(once: Once | undefined, written: readonly CommittedCube[]): void {
    if (once !== undefined) this.#statements.save.run({ ...once, written, recordedAt: Date.now() });
  }

  /** A write that happens once: what it has written now, or the first time. */
  run<Written extends { readonly committed: readonly CommittedCube[]; readonly changes: readonly Change[] }>(
    once: Once | undefined,
    write: () => Written,
  ): Pick<Written, "committed" | "changes"> & { replayed: boolean } {
    const first = this.find(once);
    if (first !== undefined) return { committed: first, changes: [], replayed: true };
    const { committed, changes } = write();
    this.save(once, committed);
    return { committed, changes, replayed: false };
  }

  dropOld(): void {
    this.#connection.orm
      .delete(idempotency)
      .where(sql`${idempotency.recordedAt} < ${Date.now() - IDEMPOTENCY_DAYS * DAY}`)
      .run();
  }
}

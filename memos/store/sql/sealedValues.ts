import type { SealedValue } from "../vaultLedger.js";
import type { Connection } from "./connection.js";

/** Sealed values in the ledger, as plain prepared statements. */
export class SealedValues {
  readonly #statements;

  constructor({ db }: Connection) {
    this.#statements = {
      insert: db.prepare(
        "INSERT INTO sealed (id, tenant, cube, key, wrapped, sealed) VALUES (@id, @tenant, @cube, @key, @wrapped, @sealed)",
      ),
      byId: db.prepare("SELECT * FROM sealed WHERE id = ? AND tenant = ?"),
      under: db.prepare("SELECT * FROM sealed WHERE key = ? ORDER BY id LIMIT ?"),
      keys: db.prepare('SELECT key, count(*) AS "values" FROM sealed GROUP BY key ORDER BY key'),
      wrap: db.prepare("UPDATE sealed SET key = @key, wrapped = @wrapped WHERE id = @id"),
      drop: db.prepare("DELETE FROM sealed WHERE cube = ?"),
    };
  }

  insert({ wrapped, sealed, ...row }: SealedValue): void {
    this.#statements.insert.run({ ...row, wrapped: Buffer.from(wrapped), sealed: Buffer.from(sealed) });
  }

  sealedValue(id: string, tenant: string): SealedValue | undefined {
    const row = this.#statements.byId.get(id, tenant) as SealedValue | undefined;
    return row === undefined ? undefined : withBytes(row);
  }

  sealedUnder(key: string, limit: number): SealedValue[] {
    return (this.#statements.under.all(key, limit) as unknown as SealedValue[]).map(withBytes);
  }

  sealedKeys(): { key: string; values: number }[] {
    return this.#statements.keys.all() as { key: string; values: number }[];
  }

  saveWrapped(values: readonly Pick<SealedValue, "id" | "key" | "wrapped">[]): void {
    for (const { id, key, wrapped } of values)
      this.#statements.wrap.run({ id, key, wrapped: Buffer.from(wrapped) });
  }

  drop(cube: string): void {
    this.#statements.drop.run(cube);
  }
}

/** libsql gives a blob as a buffer for one row, and as what lies below it for many. */
function withBytes(row: SealedValue): SealedValue {
  return { ...row, wrapped: new Uint8Array(row.wrapped), sealed: new Uint8Array(row.sealed) };
}

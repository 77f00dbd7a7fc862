import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Catalogue } from "../store/sql/move/catalogue.js";
import type { Source, Target } from "../store/sql/move/place.js";
import { PostgresPlace } from "../store/sql/move/postgresPlace.js";
import { SqlitePlace } from "../store/sql/move/sqlitePlace.js";
import { postgresAddress } from "../store/sql/postgres/address.js";

const LEDGER_FILE = "ledger.db";

export function isPostgres(address: string): boolean {
  return /^postgres(ql)?:/i.test(address);
}

/** The file of a ledger that is named by itself or by its folder. */
function fileOf(address: string): string {
  const path = resolve(address);
  return existsSync(path) && statSync(path).isFile() ? path : join(path, LEDGER_FILE);
}

/** @param other the other end, whose folder `schema={path}` is made of. */
export async function openSource(address: string, other: string, catalogue: Catalogue): Promise<Source> {
  if (isPostgres(address)) return PostgresPlace.source(postgresAddress(address, resolve(other)), catalogue);
  return SqlitePlace.source(fileOf(address), catalogue);
}

export async function openTarget(address: string, other: string, catalogue: Catalogue): Promise<Target> {
  if (isPostgres(address)) return PostgresPlace.target(postgresAddress(address, resolve(other)), catalogue);
  return SqlitePlace.target(fileOf(address), catalogue);
}

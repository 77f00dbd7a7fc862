import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Catalogue, LedgerTable } from "../store/sql/move/catalogue.js";
import type { Source, Target } from "../store/sql/move/place.js";
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

// The drivers of both databases are loaded for a move, and not in every process that could begin one.

/** The tables of a ledger, and those of them that move. */
export async function knownTables(): Promise<{ known: Catalogue; moving: readonly LedgerTable[] }> {
  const { catalogue, moving } = await import("../store/sql/move/catalogue.js");
  const known = catalogue();
  return { known, moving: moving(known.tables) };
}

const postgresPlace = async () => (await import("../store/sql/move/postgresPlace.js")).PostgresPlace;
const sqlitePlace = async () => (await import("../store/sql/move/sqlitePlace.js")).SqlitePlace;

/** @param other the other end, whose folder `schema={path}` is made of. */
export async function openSource(address: string, other: string, catalogue: Catalogue): Promise<Source> {
  return isPostgres(address)
    ? (await postgresPlace()).source(postgresAddress(address, resolve(other)), catalogue)
    : (await sqlitePlace()).source(fileOf(address), catalogue);
}

export async function openTarget(address: string, other: string, catalogue: Catalogue): Promise<Target> {
  return isPostgres(address)
    ? (await postgresPlace()).target(postgresAddress(address, resolve(other)), catalogue)
    : (await sqlitePlace()).target(fileOf(address), catalogue);
}

import { createHash } from "node:crypto";
import { MemosError } from "../../../../memcube/index.js";

/** Where a Postgres ledger is. */
export interface PostgresAddress {
  /** What the driver connects to, without what only we understand. */
  readonly url: string;
  readonly schema: string;
  /** A copy that follows the first, for reads of the past. */
  readonly replica: string | undefined;
  /** Connections that read. */
  readonly readers: number;
}

/** Schema of a ledger whose address names none. */
export const DEFAULT_SCHEMA = "memos";

/** Connections of one process that read, unless `readers` says otherwise; one more writes. */
export const READERS = 2;
export const MOST_READERS = 32;

/** Stands in `schema=` for a name made of the store's folder: one database with a schema for each store. */
const BY_PATH = "{path}";

/**
 * `postgres://USER:PASSWORD@HOST:PORT/DATABASE?schema=NAME&readers=N&replica=URL`; what else stands behind the mark
 * (`sslmode`, …) is for the driver.
 *
 * @param path folder of the store.
 * @throws MemosError INVALID_INPUT.
 */
export function postgresAddress(ledger: string, path: string): PostgresAddress {
  const url = parsed(ledger);
  const take = (name: string) => {
    const value = url.searchParams.get(name) ?? undefined;
    url.searchParams.delete(name);
    return value;
  };
  const named = take("schema") ?? DEFAULT_SCHEMA;
  const schema = named === BY_PATH ? `memos_${digest(path)}` : named;
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema))
    throw invalid(
      "`schema` has 1 to 63 small letters, digits and underscores, and begins with none of the digits",
    );
  const readers = Number(take("readers") ?? READERS);
  if (!Number.isInteger(readers) || readers < 1 || readers > MOST_READERS)
    throw invalid(`\`readers\` is a number from 1 to ${MOST_READERS}`);
  const replica = take("replica");
  return {
    url: url.href,
    schema,
    readers,
    replica: replica === undefined ? undefined : parsed(replica).href,
  };
}

function digest(path: string): string {
  return createHash("sha256").update(path).digest("hex").slice(0, 24);
}

function parsed(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol))
    throw invalid("it begins with `postgres://`");
  return url;
}

/** The address has a password in it: it is not repeated. */
function invalid(rule: string): MemosError {
  return new MemosError("INVALID_INPUT", `This is no address of a Postgres ledger: ${rule}.`, {
    path: "ledger",
  });
}

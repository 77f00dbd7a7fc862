import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { hundredths } from "../eval/metrics/index.js";
import { MemosError } from "../memcube/index.js";
import { throwIfAborted } from "../memos/aborted.js";
import { MemOS, type MigrationReceipt } from "../memos/index.js";
import { copyRowsPerSecond } from "./migrate/copyBaseline.js";
import type { MoveOrder, MoveReply } from "./migrate/moverProcess.js";
import { Child } from "./process/child.js";
import { startServer, withoutPostgres } from "./process/postgresServer.js";
import { type Report, seldom } from "./progress.js";
import { withTemporaryFolder } from "./temporaryFolder.js";
import { syntheticText } from "./text.js";

const SCOPE = { tenant: "bench" };

export interface MigrateBenchOptions {
  /** Cubes of the store. */
  readonly n: number;
  readonly signal?: AbortSignal;
}

export interface MigrateBenchResult {
  readonly cubes: number;
  /** Of all tables. */
  readonly rows: number;
  /** Both runs together: copying, comparing every row and following every chain. */
  readonly seconds: number;
  readonly cubesPerSecond: number;
  readonly verified: boolean;
  /** Rows that were there when the second run began: the first was killed halfway. */
  readonly resumedAt: number;
  /** Rows a second, all in all, against `baseline.pgCopyRowsPerSecond`. */
  readonly ratio: number;
  /** Rows of the same ledger that plain COPY takes in a second, into a table without index and trigger. */
  readonly baseline: { readonly pgCopyRowsPerSecond: number };
}

/**
 * Moves a store from SQLite to Postgres, killing the process that does it once. `MEMOS_LEDGER` names a server, in which
 * a schema is made and dropped again; without, one of its own is started.
 */
export async function runMigrateBench(
  { n, signal }: MigrateBenchOptions,
  report: Report,
): Promise<MigrateBenchResult> {
  const named = process.env["MEMOS_LEDGER"];
  if (named !== undefined && named !== "") return inSchema(named, { n, signal }, report);
  return withTemporaryFolder(async (folder) => {
    const server = await startServer({ folder });
    if (server === undefined) throw new MemosError("LEDGER_UNAVAILABLE", `There is ${withoutPostgres}.`);
    try {
      return await inSchema(server.url, { n, signal }, report);
    } finally {
      await server.stop("immediate");
    }
  });
}

async function inSchema(
  url: string,
  { n, signal }: { readonly n: number; readonly signal: AbortSignal | undefined },
  report: Report,
): Promise<MigrateBenchResult> {
  const schema = `memos_bench_${randomBytes(6).toString("hex")}`;
  const [plain, to] = addresses(url, schema);
  return withTemporaryFolder(async (folder) => {
    try {
      const path = join(folder, "store");
      await fill(path, n, signal, report);
      return await measure({ path, to, plain }, signal, report);
    } finally {
      await dropSchema(plain, schema);
    }
  });
}

/** The server for the driver, and the schema in it as the address of a ledger. */
function addresses(url: string, schema: string): [plain: string, ledger: string] {
  const plain = new URL(url);
  for (const ours of ["schema", "readers", "replica"]) plain.searchParams.delete(ours);
  const ledger = new URL(plain);
  ledger.searchParams.set("schema", schema);
  return [plain.href, ledger.href];
}

async function dropSchema(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("SET client_min_messages TO warning");
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
}

async function fill(path: string, n: number, signal: AbortSignal | undefined, report: Report): Promise<void> {
  const say = seldom(report);
  // A file, whatever the environment names.
  const memos = await MemOS.open({ path, ledger: "" });
  try {
    let done = 0;
    for await (const { written } of memos.addMany(texts(n), SCOPE, signal === undefined ? {} : { signal })) {
      done += written.length;
      say(() => `filling the store: ${done} of ${n} cubes`);
    }
  } finally {
    await memos.close();
  }
}

function* texts(n: number): Generator<string> {
  for (let seed = 0; seed < n; seed++) yield syntheticText(seed);
}

async function measure(
  { path, to, plain }: { path: string; to: string; plain: string },
  signal: AbortSignal | undefined,
  report: Report,
): Promise<MigrateBenchResult> {
  const pgCopyRowsPerSecond = await copyRowsPerSecond(join(path, "ledger.db"), plain);
  const started = performance.now();
  await run({ from: path, to, dies: true }, signal, report);
  report(`killed after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const receipt = await run({ from: path, to, dies: false }, signal, report);
  const seconds = (performance.now() - started) / 1000;
  if (receipt === undefined) throw new MemosError("INTERNAL", "The moving process ended without a receipt.");
  const rows = receipt.tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    cubes: receipt.cubes,
    rows,
    seconds: hundredths(seconds),
    cubesPerSecond: Math.round(receipt.cubes / seconds),
    verified: receipt.verified,
    resumedAt: receipt.resumedAt ?? 0,
    ratio: hundredths(rows / seconds / pgCopyRowsPerSecond),
    baseline: { pgCopyRowsPerSecond },
  };
}

/** Moves in a process of its own; undefined for one that was killed. */
async function run(
  order: MoveOrder,
  signal: AbortSignal | undefined,
  report: Report,
): Promise<MigrationReceipt | undefined> {
  throwIfAborted(signal);
  const say = seldom(report);
  let receipt: MigrationReceipt | undefined;
  let reason: string | undefined;
  const child = new Child<MoveOrder, MoveReply>(
    new URL("./migrate/moverProcess.js", import.meta.url),
    (reply) => {
      if (reply.kind === "done") receipt = reply.receipt;
      else if (reply.kind === "failed") reason = reply.reason;
      else {
        const { step, table, done, total } = reply.progress;
        say(() => `${step} ${table}: ${done} of ${total} rows`);
      }
    },
  );
  const stop = () => void child.kill();
  signal?.addEventListener("abort", stop);
  try {
    child.send(order);
    await child.ended;
    throwIfAborted(signal);
    if (reason !== undefined) throw new MemosError("INTERNAL", reason);
    return receipt;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

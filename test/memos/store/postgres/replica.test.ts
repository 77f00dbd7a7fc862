import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { MemosError, textOf } from "../../../../memcube/index.js";
import { type Logger, MemOS, type Scope } from "../../../../memos/index.js";
import { incomparable } from "../../../../memos/store/sql/postgres/logPosition.js";
import { Replica } from "../../../../memos/store/sql/postgres/replica.js";
import {
  asPostgres,
  type PostgresServer,
  postgresBin,
  postgresFolder,
  startPostgres,
  withoutPostgres,
} from "../../../support/postgresServer.js";
import {
  gate,
  type Lifetime,
  openMemos,
  refused,
  remember,
  temporaryFolder,
  WordEmbedder,
} from "../../support.js";

const run = promisify(execFile);

const ANA = { tenant: "acme", user: "ana" };
const EVE = { tenant: "globex", user: "eve" };

const skip =
  withoutPostgres ||
  (!existsSync(join(postgresBin ?? "", "pg_basebackup")) &&
    "no pg_basebackup beside the PostgreSQL server here");

/** Fails the test when something that is bound to happen has not happened by then. */
const BOUND_MS = 60_000;

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + BOUND_MS; !(await holds()); await pause(25))
    assert.ok(performance.now() < until, `in vain: ${what}`);
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A role that row-level security holds for; a superuser passes it. */
function asRole({ url }: PostgresServer): string {
  return url.replace(/\/\/[^@]*@/, "//app:test-only@");
}

async function copyOf(lifetime: Lifetime, { url }: PostgresServer): Promise<PostgresServer> {
  const dataDir = join(await postgresFolder(lifetime), "copy");
  const program = join(postgresBin ?? "", "pg_basebackup");
  await run(program, ["-d", url, "-D", dataDir, "-R", "--checkpoint=fast", "--no-sync"], asPostgres);
  // Started again, it looks for the first server at once, and not after five seconds.
  const settings = { wal_retrieve_retry_interval: "50ms" };
  const copy = await startPostgres(lifetime, { dataDir, fsync: false, settings });
  assert.ok(copy);
  return copy;
}

/** The first server, with a ledger that a role owns, and a copy that follows it. */
async function pair(lifetime: Lifetime): Promise<{ first: PostgresServer; copy: PostgresServer }> {
  const first = await startPostgres(lifetime, { fsync: false });
  assert.ok(first);
  await query(
    first.url,
    "CREATE ROLE app LOGIN PASSWORD 'test-only'; GRANT CREATE ON DATABASE postgres TO app",
  );
  await (await MemOS.open({ path, ledger: asRole(first), embedder: new WordEmbedder() })).close();
  return { first, copy: await copyOf(lifetime, first) };
}

const file = { after };
const path = await temporaryFolder(file);
const servers = skip === false ? await pair(file) : undefined;

describe("a replica of a Postgres ledger", { skip }, () => {
  const { first, copy } = servers as NonNullable<typeof servers>;
  /** What the logger was told of it. */
  const told: string[] = [];
  const note = (_fields: object, message: string) => void told.push(message);
  const logger: Logger = { info: note, warn: note, error: note };

  const opened = async (t: Lifetime): Promise<MemOS> => {
    told.length = 0;
    const ledger = `${asRole(first)}?readers=1&replica=${encodeURIComponent(asRole(copy))}`;
    return (await openMemos(t, { path, ledger, logger, upkeep: false })).memos;
  };

  /** The last statement that a ledger sent to the copy, and when. */
  const asked = async (): Promise<{ query: string; at: string } | undefined> => {
    const rows = await query(
      copy.url,
      `SELECT query, query_start::text AS at FROM pg_stat_activity WHERE application_name = 'memos'
        ORDER BY backend_start DESC LIMIT 1`,
    );
    return rows[0] as { query: string; at: string } | undefined;
  };

  const past = async (memos: MemOS, scope: Scope): Promise<string[]> => {
    const { cubes } = await memos.list(scope, { asOf: new Date().toISOString(), order: "oldest" });
    return cubes.map((cube) => textOf(cube) ?? "");
  };

  /** Reads the past until the copy is seen to answer; every answer on the way is right. */
  const answers = (memos: MemOS, scope: Scope, texts: readonly string[]) =>
    eventually("the replica answers", async () => {
      assert.deepEqual(await past(memos, scope), texts);
      return /\bversions\b/.test((await asked())?.query ?? "");
    });

  const finding = async (memos: MemOS) =>
    (await memos.check()).find(({ name }) => name === "replica of the ledger");

  test("reads of the past go to it, each told its tenant; reads of now do not", async (t) => {
    const memos = await opened(t);
    await memos.add("Ana Silva lives in Porto.", ANA);
    await memos.add("Eve Brown lives in Oslo.", EVE);
    await answers(memos, ANA, ["Ana Silva lives in Porto."]);
    await answers(memos, EVE, ["Eve Brown lives in Oslo."]);
    const [row] = await query(asRole(copy), "SELECT count(*)::int AS cubes FROM memos.cubes");
    assert.deepEqual(row, { cubes: 0 }, "the walls stand there as well");

    const before = await asked();
    assert.equal((await memos.list(ANA)).cubes.length, 1);
    assert.equal((await memos.search("Porto", ANA)).hits.length, 1);
    assert.deepEqual(await asked(), before);
    const then = { asOf: new Date().toISOString() };
    await eventually("a search of the past is answered there", async () => {
      assert.equal((await memos.search("Porto", ANA, then)).hits.length, 1);
      const last = await asked();
      return last?.at !== before?.at && /\bversions\b/.test(last?.query ?? "");
    });
    assert.equal((await finding(memos))?.ok, true);
    assert.deepEqual(told, []);
  });

  test("one that lags answers nothing: neither what was purged, nor without what was acknowledged", async (t) => {
    const memos = await opened(t);
    const id = await remember(memos, "The safe opens with 4711.", { ...ANA, user: "lag" });
    const scope = { ...ANA, user: "lag" };
    await answers(memos, scope, ["The safe opens with 4711."]);
    await query(copy.url, "SELECT pg_wal_replay_pause()");
    await eventually("the replay stands still", async () => {
      const [row] = await query(copy.url, "SELECT pg_get_wal_replay_pause_state() AS state");
      return row?.["state"] === "paused";
    });
    await memos.forgetting.forget({ ids: [id] }, scope, { mode: "purge" });
    await memos.add("The safe has a new lock.", scope);
    for (let n = 0; n < 5; n++) assert.deepEqual(await past(memos, scope), ["The safe has a new lock."]);
    const [row] = await query(
      copy.url,
      "SELECT count(*)::int AS n FROM memos.versions WHERE content LIKE '%4711%'",
    );
    assert.deepEqual(row, { n: 1 }, "the replica itself still has it");
    assert.match((await finding(memos))?.detail ?? "", /^[1-9][0-9]* bytes behind$/);
    await query(copy.url, "SELECT pg_wal_replay_resume()");
    await answers(memos, scope, ["The safe has a new lock."]);
    assert.deepEqual(told, []);
  });

  test("one that is killed costs no answer, is spoken of once, and is asked again when it is back", async (t) => {
    const memos = await opened(t);
    const scope = { ...ANA, user: "killed" };
    await memos.add("The lamp is on.", scope);
    await answers(memos, scope, ["The lamp is on."]);
    const reads = Array.from({ length: 30 }, () => past(memos, scope));
    await copy.stop("immediate");
    for (const read of [...reads, past(memos, scope)]) assert.deepEqual(await read, ["The lamp is on."]);
    await eventually("it is missed", async () => (await finding(memos))?.ok === false);
    assert.deepEqual(await past(memos, scope), ["The lamp is on."]);
    assert.deepEqual(told, ["The first server answers reads of the past; the replica is tried again."]);
    await copy.restart();
    await answers(memos, scope, ["The lamp is on."]);
    assert.deepEqual(told.slice(1), ["The replica of the ledger answers reads of the past again."]);
  });

  test("a store opens without it, and asks it when it comes", async (t) => {
    await copy.stop("fast");
    const memos = await opened(t);
    const scope = { ...ANA, user: "early" };
    await memos.add("The door is open.", scope);
    assert.deepEqual(await past(memos, scope), ["The door is open."]);
    const { ok, detail } = (await finding(memos)) ?? {};
    assert.deepEqual({ ok, detail }, { ok: false, detail: "The Postgres server cannot be reached." });
    await copy.restart();
    assert.equal((await finding(memos))?.ok, true);
    await answers(memos, scope, ["The door is open."]);
  });

  test("one that was promoted is a server of its own: nothing that it says is taken for the first one's", async (t) => {
    const memos = await opened(t);
    const scope = { ...ANA, user: "promoted" };
    await memos.add("The key is blue.", scope);
    await answers(memos, scope, ["The key is blue."]);
    await query(copy.url, "SELECT pg_promote(true)");
    await query(
      copy.url,
      "UPDATE memos.versions SET content = replace(content, 'The key is blue', 'The key is gone')",
    );
    for (let n = 0; n < 5; n++) assert.deepEqual(await past(memos, scope), ["The key is blue."]);
    assert.match((await finding(memos))?.detail ?? "", /takes writes itself/);
  });
});

const HERE = { cluster: "71", timeline: "00000001", bytes: 900n, follows: false };

test("a first server that says nothing of its log is read from all the same; one that is away is not", async () => {
  const open = async () => ({ call: async (): Promise<never> => assert.fail("the replica was asked") });
  for (const code of ["READ_ONLY", "LEDGER_UNAVAILABLE"] as const) {
    const told: unknown[] = [];
    const first = async (): Promise<never> => {
      throw new MemosError(code, "It may not be asked.");
    };
    const replica = new Replica(open, first, (away) => told.push(away));
    // The connection is there by then.
    await replica.state().catch(() => undefined);
    const reading = replica.read("get", []);
    if (code === "READ_ONLY") assert.equal(await reading, undefined);
    else await assert.rejects(reading, refused(code));
    assert.deepEqual(told, code === "READ_ONLY" ? ["It may not be asked."] : []);
    replica.close();
  }
});

test("one that falls silent is given up as soon as that is known, and nobody waits for it until then", async () => {
  const silence = gate();
  const gone = gate();
  const told: unknown[] = [];
  const call = async () => {
    await silence.opened;
    throw new MemosError("LEDGER_UNAVAILABLE", "The Postgres server does not answer.");
  };
  const open = async (until: AbortSignal) => {
    until.addEventListener("abort", gone.open);
    return { call };
  };
  const replica = new Replica(
    open,
    async () => HERE,
    (away) => told.push(away),
  );
  for (let n = 0; n < 3; n++) assert.equal(await replica.read("get", []), undefined);
  assert.deepEqual(told, []);
  silence.open();
  await gone.opened;
  assert.deepEqual(told, ["The Postgres server does not answer."]);
  replica.close();
});

test("positions are compared within one history of one installation only", () => {
  const copy = { ...HERE, bytes: 800n, follows: true };
  assert.equal(incomparable(copy, HERE), undefined);
  assert.match(incomparable({ ...copy, follows: false }, HERE) ?? "", /takes writes itself/);
  assert.match(incomparable({ ...copy, cluster: "72" }, HERE) ?? "", /copy of another server/);
  assert.match(incomparable({ ...copy, timeline: "00000002" }, HERE) ?? "", /another history/);
});

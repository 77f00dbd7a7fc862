import { cp } from "node:fs/promises";
import { after } from "node:test";
import pg from "pg";
import { VaultKey } from "../../../memos/governance/vault/sealing.js";
import { MemOS, type OpenOptions, type Scope, type Trace } from "../../../memos/index.js";
import { type PostgresServer, startPostgres } from "../../support/postgresServer.js";
import { collect, inLedgerFile, type Lifetime, remember, temporaryFolder, WordEmbedder } from "../support.js";

export const ANA: Scope = { tenant: "acme", user: "ana" };
export const BO: Scope = { tenant: "other" };
export const VAULT = { key: VaultKey.generate() };

const PASSWORD = "only-for-tests";

/**
 * A server with a role that is no superuser, as in production: row-level security holds for it, and
 * `session_replication_role` is not its to set. Gives the address of a schema of this server.
 */
export async function serverWithPlainRole(): Promise<
  { readonly server: PostgresServer; readonly schema: (name: string) => string } | undefined
> {
  const server = await startPostgres({ after }, { fsync: false });
  if (server === undefined) return undefined;
  await query(server.url, `CREATE ROLE plain LOGIN PASSWORD '${PASSWORD}'`);
  await query(server.url, "GRANT CREATE ON DATABASE postgres TO plain");
  return {
    server,
    schema: (name) => `postgres://plain:${PASSWORD}@127.0.0.1:${server.port}/postgres?schema=${name}`,
  };
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A memory in which asking leaves no trace, so that it can be asked twice. */
export function openAt(path: string, ledger?: string, options: Partial<OpenOptions> = {}): Promise<MemOS> {
  return MemOS.open({
    path,
    embedder: new WordEmbedder(),
    vault: VAULT,
    upkeep: false,
    trackUse: false,
    // The environment may name a ledger for all tests.
    ledger: ledger ?? "",
    ...options,
  });
}

const TRACE: Trace = {
  id: "a".repeat(64),
  scope: ANA,
  at: "2026-03-01T00:00:00.000Z",
  by: "rules",
  read: [],
  made: [],
  refused: [],
  llmCalls: 0,
  llmTokens: 0,
  milliseconds: 0,
};

const AWKWARD = 'Tab\there, line\nfeed, back\\slash, \\N, "quotes", 𝔘nicode \u2028 and ñ.';

export interface FullStore {
  readonly path: string;
  readonly ids: readonly string[];
}

/** A folder with the same store in it. */
export async function copyOf(t: Lifetime, path: string): Promise<string> {
  const copy = await temporaryFolder(t);
  await cp(path, copy, { recursive: true });
  return copy;
}

/** A store with rows of every kind that the public methods make, and some that only an engine or a trainer would. */
export async function fullStore(t: Lifetime): Promise<FullStore> {
  const path = await temporaryFolder(t);
  const memos = await openAt(path, undefined, { consolidateAfterIdleMs: 0 });
  const texts = ["Ana moved to Lisbon in March.", "Ana keeps a walrus called Otto.", AWKWARD];
  const ids = await Promise.all(texts.map((text) => remember(memos, text, ANA)));
  const [first = "", second = ""] = ids;
  await memos.add(
    [
      { role: "user", content: "Hello, I am Ana." },
      { role: "assistant", content: "Hello." },
    ],
    { ...ANA, session: "s1" },
    { idempotencyKey: "once" },
  );
  for (const city of ["Oslo", "Rome"])
    await remember(
      memos,
      {
        text: `A note about ${city}.`,
        facts: [{ subject: "Bo", relation: "lives in", object: city, validFrom: "2024-01-01T00:00:00.000Z" }],
      },
      ANA,
    );
  await memos.update(first, { text: "Ana moved to Porto in April." }, ANA);
  await memos.lifecycle.feedback(second, "useful", ANA);
  const secret = await remember(memos, { text: "Password", type: "vault", secret: "hunter2" }, ANA);
  const gone = await remember(memos, "This is forgotten.", ANA);
  await memos.forget(gone, ANA);
  const purged = await remember(memos, "This is purged.", ANA);
  await memos.forgetting.forget({ ids: [purged] }, ANA, { mode: "purge" });
  await memos
    .addMany(
      Array.from({ length: 60 }, (_, n) => `Number ${n} of the others is about topic${n % 7}.`),
      BO,
    )
    .next();
  await collect(memos.addMany(["The last of the others is here."], BO));
  await remember(memos, { text: "Otto eats fish.", links: [{ to: second, kind: "link" }] }, ANA);
  await memos.settled();
  await memos.consolidation.run(ANA);
  await memos.jobs.enqueue("test.mine", { n: 1 }, ANA);
  await memos.jobs.schedule({ name: "mine", kind: "test.mine", input: {}, everyMs: 3_600_000 }, ANA);
  await memos.webhooks.add({ url: "https://example.com/hook", kinds: ["memory.*"] }, ANA);
  await memos.governance.createPrincipal({ tenant: "acme", kind: "agent", id: "helper" });
  await memos.governance.grant({
    principal: { kind: "agent", id: "helper" },
    space: ANA,
    actions: ["read"],
  });
  await memos.governance.setQuota("acme", { cubes: 1_000 });
  await memos.governance.setAuditReads("acme", true);
  await memos.keys.create("acme", "mine");
  await memos.lifecycle.setPolicy({ archiveCold: true }, ANA);
  await memos.time.snapshot("here", ANA);
  await memos.traces.record(TRACE, ANA);
  await memos.search("walrus", ANA);
  // The index as it is after many memories: a table of LanceDB, which the ledger names.
  await memos.rebuild();
  await remember(memos, "This one is not in the table yet.", ANA);
  await memos.close();
  inLedgerFile(path, (db) => {
    const now = Date.now();
    const run = (sql: string, ...values: unknown[]) => db.prepare(sql).run(...values);
    run("INSERT INTO awaiting_model VALUES (1, 'note', NULL)");
    run("INSERT INTO blobs VALUES (?, 3, 1)", "b".repeat(64));
    run("INSERT INTO extractions VALUES ('k', '{}', ?)", now);
    run("INSERT INTO block_sets VALUES ('acme', '[\"ana\",null,null,null]', '[]', 0.1, ?)", now);
    run(
      `INSERT INTO activations VALUES ('act', 'acme', '["ana",null,null,null]', 'c', '{"adapters":[]}', 'b', '[]', 3, 'p', 'disk', 'raw', ?, 10, 1.25, ?, ?, 1)`,
      "e".repeat(64),
      now,
      now,
    );
    run("INSERT INTO activation_sources VALUES (?, 'act')", second);
    run(
      `INSERT INTO adapters VALUES ('ada', 'acme', '["ana",null,null,null]', 'refused', 'No.', 'base', '{}', NULL, NULL, NULL, '{}', NULL, '[]', 'job', NULL, ?, ?, NULL, 0)`,
      now,
      now,
    );
    run("INSERT INTO adapter_sources VALUES (?, 'ada')", second);
    run(
      "INSERT INTO attachments VALUES ('acme', '[\"ana\",null,null,null]', 'ada', 0.30000000000000004, 0, ?)",
      now,
    );
    run("INSERT INTO trace_cubes SELECT ?, sequence FROM traces", second);
  });
  return { path, ids: [...ids, secret] };
}

/** What a store says when it is asked everything that a caller can ask. */
export async function answers(memos: MemOS, ids: readonly string[]): Promise<unknown> {
  const [first = "", second = "", , secret = ""] = ids;
  const hits = async (query: string, scope: Scope) =>
    (await memos.search(query, scope, { k: 20 })).hits.map(({ cube, score }) => [cube.id, score.toFixed(3)]);
  const said = {
    found: [
      await hits("Where did Ana move to?", ANA),
      await hits("walrus", ANA),
      await hits("topic3", BO),
      await hits("feed slash quotes", ANA),
    ],
    recalled: (await memos.recall("What does Ana keep?", ANA)).text,
    cubes: await Promise.all(ids.map((id) => memos.get(id, ANA))),
    history: await memos.history(first, ANA),
    exported: [await collect(memos.export(ANA)), await collect(memos.export(BO))],
    stats: [await memos.stats({ tenant: "acme" }), await memos.stats(BO)],
    census: await memos.census({ tenant: "acme" }),
    secret: (await memos.vault.reveal(secret, ANA, { reason: "to compare" })).value,
    fact: await memos.graph.fact("Bo", "lives in", ANA),
    neighbours: await memos.graph.neighbours(second, ANA),
    earlier: (await memos.list(ANA, { asOf: await memos.time.instant({ snapshot: "here" }, ANA) })).cubes.map(
      ({ id }) => id,
    ),
    snapshots: await memos.time.snapshots(ANA),
    policy: await memos.lifecycle.policy(ANA),
    jobs: await memos.jobs.list(ANA),
    schedules: await memos.jobs.schedules(ANA),
    events: await collect(memos.jobs.events(ANA, { after: 0, follow: false })),
    webhooks: await memos.webhooks.list(ANA),
    runs: await memos.consolidation.runs(ANA),
    principals: await memos.governance.principals("acme"),
    grants: await memos.governance.grants(ANA),
    quota: await memos.governance.quota("acme"),
    keys: await memos.keys.list(),
    traces: await memos.traces.list(ANA),
    activations: await memos.activations.list(ANA),
    broken: (await memos.check()).filter(({ ok }) => !ok),
  };
  // Heat decays while nobody does anything.
  return JSON.parse(
    JSON.stringify(said, (name, value) => (name === "heat" ? Math.round(value) : value)),
  ) as unknown;
}

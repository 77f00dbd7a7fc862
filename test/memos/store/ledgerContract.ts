import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  contentOf,
  type Governance,
  type MemCube,
  nextVersion,
  type Payload,
  type Scope,
  sha256,
  textOf,
  type Version,
} from "../../../memcube/index.js";
import { cubeGraph } from "../../../memos/extraction/cubeGraph.js";
import { newCube } from "../../../memos/intake.js";
import type { NewMemory } from "../../../memos/operations.js";
import { textDigest } from "../../../memos/retrieval/digest.js";
import type { GovernanceChange } from "../../../memos/store/governanceLedger.js";
import type { AddCommitted, Change, Flushed, Ledger, PreparedCube } from "../../../memos/store/ledger.js";
import { unembeddedTenants } from "../../../memos/unembedded.js";
import { type Lifetime, refused, UNKNOWN_ID } from "../support.js";

const EMBEDDER = 1;

let clock = Date.parse("2026-01-01T00:00:00Z");

/** Each call a second later, so that a time between two writes exists. */
function tick(): string {
  clock += 1_000;
  return new Date(clock).toISOString();
}

function justBefore(instant: string): number {
  return Date.parse(instant) - 500;
}

type Memory = Omit<NewMemory, "occurredAt" | "validFrom" | "validTo" | "governance"> & {
  governance?: Partial<Governance>;
  occurredAt?: string;
  validFrom?: string;
  validTo?: string;
};

function prepared(memory: string | Memory, scope: Scope, vector: Uint8Array | null = null): PreparedCube {
  const input = typeof memory === "string" ? { text: memory } : memory;
  const { cube, version } = newCube(input, scope, tick());
  return {
    cube,
    versions: [version],
    digest: textDigest(textOf(cube) ?? ""),
    vector,
    graph: cubeGraph(cube),
  };
}

function withPayload(payload: Payload, scope: Scope): PreparedCube {
  const { cube: plain } = newCube({ text: "replaced" }, scope, tick());
  const cube = { ...plain, payload };
  const version = nextVersion(cube.id, null, {
    content: contentOf(cube),
    actor: "test",
    operation: "add",
    cause: "",
    recordedAt: cube.time.recordedAt,
  });
  return { cube, versions: [version], digest: null, vector: null, graph: cubeGraph(cube) };
}

const fingerprint = {
  model: sha256("model"),
  engine: "test/1",
  configuration: sha256("configuration"),
  adapters: [],
};

function activation(blob: { sha256: string; bytes: number }): Payload {
  return {
    kind: "activation",
    fingerprint,
    prefix: sha256("prefix"),
    tokens: 12,
    state: { ...blob, mediaType: "application/octet-stream" },
    manifest: [{ cube: UNKNOWN_ID, version: 1, sha256: sha256("source") }],
  };
}

function add(ledger: Ledger, ...cubes: PreparedCube[]): Promise<AddCommitted> {
  return ledger.add({ cubes, embedder: EMBEDDER });
}

async function addOne(ledger: Ledger, memory: string | Memory, scope: Scope): Promise<MemCube> {
  const one = prepared(memory, scope);
  const { written } = await add(ledger, one);
  assert.equal(written.length, 1);
  return ledger.get(one.cube.id, scope, undefined);
}

/** The next version of a cube, on top of the last of `chain`. */
function revision(cube: MemCube, chain: readonly Version[], scope: Scope) {
  const version = nextVersion(cube.id, chain.at(-1) ?? null, {
    content: contentOf(cube),
    actor: "test",
    operation: cube.state === "forgotten" ? "forget" : "update",
    cause: "",
    recordedAt: tick(),
  });
  const text = textOf(cube);
  return {
    scope,
    cube: { ...cube, version: version.version },
    version,
    digest: text === undefined ? null : textDigest(text),
    vector: null,
    embedder: EMBEDDER,
    graph: cubeGraph(cube),
  };
}

async function revise(ledger: Ledger, cube: MemCube, scope: Scope): Promise<readonly Change[]> {
  const { changes } = await ledger.revise(revision(cube, await ledger.history(cube.id, scope), scope));
  return changes;
}

function withText(cube: MemCube, text: string): MemCube {
  return { ...cube, payload: { kind: "plaintext", text, format: "text" } };
}

const forgotten = (cube: MemCube): MemCube => ({ ...cube, state: "forgotten" });

const everything = (scope: Scope) => ({ scope, now: Date.now() });

async function listed(ledger: Ledger, scope: Scope): Promise<string[]> {
  const page = await ledger.list(everything(scope), { limit: 1_000, order: "oldest" });
  return page.map(({ cube }) => textOf(cube) ?? "");
}

function flushOf(partition: number, change: Partial<Flushed>): Flushed {
  return {
    partition,
    replaces: 0,
    baseVersion: 1,
    flushedThrough: 0,
    cursor: 0,
    rows: 0,
    terms: 0,
    lexicon: { terms: new Float64Array(), deltas: new Int32Array() },
    ...change,
  };
}

export interface OpenedLedger {
  readonly ledger: Ledger;
  /** One more connection to the same ledger, as another process has it. */
  readonly other: Ledger;
}

/**
 * What every dialect of the ledger promises. A new dialect is done when this passes.
 *
 * @param open an empty ledger, gone when the tests end.
 */
export function ledgerContract(
  name: string,
  open: (t: Lifetime) => Promise<OpenedLedger>,
  skip: string | false = false,
): void {
  if (skip !== false) {
    test(`${name}: the contract of a ledger`, { skip }, () => {});
    return;
  }
  let ledger: Ledger;
  let other: Ledger;
  const endings: (() => Promise<void>)[] = [];
  before(async () => {
    ({ ledger, other } = await open({ after: (end) => endings.push(end) }));
  });
  after(async () => {
    for (const end of endings) await end();
  });

  // Each test has two tenants of its own, so that one ledger serves them all.
  let tests = 0;
  let ANA: Scope;
  let BEN: Scope;
  let OTHER: Scope;
  beforeEach(() => {
    tests++;
    ANA = { tenant: `acme ${tests}`, user: "ana" };
    BEN = { tenant: `acme ${tests}`, user: "ben" };
    OTHER = { tenant: `globex ${tests}`, user: "ana" };
  });
  const last = async () => (await ledger.head(ANA.tenant)).sequence;
  const backlog = async () =>
    (await ledger.backlog()).filter(({ tenant }) => tenant === ANA.tenant || tenant === OTHER.tenant);

  describe(`${name}: a commit is all or nothing`, () => {
    test("every cube of a batch can be read back, as it was given", async () => {
      const batch = [prepared("one", ANA), prepared("two", BEN), prepared("three", OTHER)];
      const { written } = await add(ledger, ...batch);
      assert.deepEqual(
        written.map(({ id }) => id),
        batch.map(({ cube }) => cube.id),
      );
      for (const { cube } of batch) assert.deepEqual(await ledger.get(cube.id, cube.scope, undefined), cube);
    });

    test("a failing cube in a batch leaves nothing: no row, no version, no entry in the log, no key used", async () => {
      const failing = prepared(
        { text: "derived", sources: [{ cube: UNKNOWN_ID, sha256: sha256("x") }] },
        ANA,
      );
      const good = prepared("good", ANA);
      const start = await last();
      const once = { tenant: ANA.tenant, key: "k", request: sha256("r") };
      await assert.rejects(
        ledger.add({ cubes: [good, failing], embedder: EMBEDDER, idempotency: once }),
        refused("INVALID_INPUT"),
      );
      assert.deepEqual(await listed(ledger, { tenant: ANA.tenant }), []);
      await assert.rejects(ledger.get(good.cube.id, ANA, undefined), refused("NOT_FOUND"));
      assert.equal(await last(), start);
      assert.deepEqual(await backlog(), []);
      assert.equal((await ledger.stats(ANA)).versions, 0);
      const again = await ledger.add({ cubes: [good], embedder: EMBEDDER, idempotency: once });
      assert.equal(again.replayed, false);
    });

    test("commits that wait together do not take each other down", async () => {
      const failing = prepared({ text: "bad", sources: [{ cube: UNKNOWN_ID, sha256: sha256("x") }] }, ANA);
      const attempts = [0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
        add(ledger, n === 3 ? failing : prepared(`text ${n}`, ANA)),
      );
      const results = await Promise.allSettled(attempts);
      assert.deepEqual(
        results.map(({ status }) => status),
        [0, 1, 2, 3, 4, 5, 6, 7].map((n) => (n === 3 ? "rejected" : "fulfilled")),
      );
      assert.equal((await listed(ledger, ANA)).length, 7);
    });

    test("an import skips what exists and takes the rest", async () => {
      const known = prepared("known", ANA);
      await add(ledger, known);
      const dangling = prepared({ text: "new", sources: [{ cube: UNKNOWN_ID, sha256: sha256("x") }] }, ANA);
      const { written, existing } = await ledger.add({
        cubes: [known, dangling],
        embedder: EMBEDDER,
        imported: true,
      });
      assert.deepEqual(existing, [0]);
      assert.deepEqual(
        written.map(({ id }) => id),
        [dangling.cube.id],
      );
    });
  });

  describe(`${name}: an idempotency key is used once`, () => {
    const once = () => ({ tenant: ANA.tenant, key: "k", request: sha256("request") });

    test("the same request again answers as the first time and writes nothing", async () => {
      const first = await ledger.add({
        cubes: [prepared("one", ANA)],
        embedder: EMBEDDER,
        idempotency: once(),
      });
      const second = await ledger.add({
        cubes: [prepared("one", ANA)],
        embedder: EMBEDDER,
        idempotency: once(),
      });
      assert.equal(first.replayed, false);
      assert.equal(second.replayed, true);
      assert.deepEqual(second.written, first.written);
      assert.deepEqual(second.changes, []);
      assert.deepEqual(await listed(ledger, ANA), ["one"]);
    });

    test("racing requests with one key write once, also over two connections", async () => {
      const connections = [ledger, other];
      const results = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((n) =>
          (connections[n % 2] as Ledger).add({
            cubes: [prepared("one", ANA)],
            embedder: EMBEDDER,
            idempotency: once(),
          }),
        ),
      );
      assert.equal(results.filter(({ replayed }) => !replayed).length, 1);
      assert.equal(new Set(results.map(({ written }) => written[0]?.id)).size, 1);
      assert.equal((await listed(ledger, ANA)).length, 1);
    });

    test("another request under a used key is refused and writes nothing", async () => {
      await ledger.add({ cubes: [prepared("one", ANA)], embedder: EMBEDDER, idempotency: once() });
      await assert.rejects(
        ledger.add({
          cubes: [prepared("two", ANA)],
          embedder: EMBEDDER,
          idempotency: { ...once(), request: sha256("other") },
        }),
        refused("IDEMPOTENCY_MISMATCH"),
      );
      assert.deepEqual(await listed(ledger, ANA), ["one"]);
    });

    test("each tenant has keys of its own", async () => {
      await ledger.add({ cubes: [prepared("one", ANA)], embedder: EMBEDDER, idempotency: once() });
      const { replayed } = await ledger.add({
        cubes: [prepared("two", OTHER)],
        embedder: EMBEDDER,
        idempotency: { ...once(), tenant: OTHER.tenant, request: sha256("other") },
      });
      assert.equal(replayed, false);
    });
  });

  describe(`${name}: a revision adds a version`, () => {
    test("the versions before stay, each hash follows from the one before", async () => {
      const cube = await addOne(ledger, "first", ANA);
      await revise(ledger, withText(cube, "second"), ANA);
      const versions = await ledger.history(cube.id, ANA);
      assert.deepEqual(
        versions.map(({ content }) => content.payload),
        ["first", "second"].map((text) => ({ kind: "plaintext", text, format: "text" })),
      );
      const { file, broken } = await ledger.verify();
      assert.deepEqual({ file, broken }, { file: "ok", broken: [] });
      assert.equal(textOf(await ledger.get(cube.id, ANA, undefined)), "second");
    });

    test("a revision of an older version is a conflict and changes nothing", async () => {
      const cube = await addOne(ledger, "first", ANA);
      const stale = await ledger.history(cube.id, ANA);
      await revise(ledger, withText(cube, "second"), ANA);
      const sequence = await last();
      await assert.rejects(ledger.revise(revision(withText(cube, "lost"), stale, ANA)), refused("CONFLICT"));
      assert.equal((await ledger.history(cube.id, ANA)).length, 2);
      assert.equal(await last(), sequence);
    });

    test("of revisions that race on one version, one lands", async () => {
      const cube = await addOne(ledger, "first", ANA);
      const chain = await ledger.history(cube.id, ANA);
      const connections = [ledger, other];
      const results = await Promise.allSettled(
        [0, 1, 2, 3].map((n) =>
          (connections[n % 2] as Ledger).revise(revision(withText(cube, `text ${n}`), chain, ANA)),
        ),
      );
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
      assert.equal((await ledger.history(cube.id, ANA)).length, 2);
    });

    test("from another scope the cube does not exist", async () => {
      const cube = await addOne(ledger, "mine", ANA);
      const chain = await ledger.history(cube.id, ANA);
      for (const scope of [BEN, OTHER, { ...ANA, session: "s" }]) {
        await assert.rejects(
          ledger.revise(revision(withText(cube, "stolen"), chain, scope)),
          refused("NOT_FOUND"),
        );
        await assert.rejects(ledger.get(cube.id, scope, undefined), refused("NOT_FOUND"));
        await assert.rejects(ledger.history(cube.id, scope), refused("NOT_FOUND"));
      }
      assert.equal((await ledger.history(cube.id, ANA)).length, 1);
    });

    test("what is forgotten is not read any more, and its chain stays", async () => {
      const cube = await addOne(ledger, "gone", ANA);
      await revise(ledger, forgotten(cube), ANA);
      await assert.rejects(ledger.get(cube.id, ANA, undefined), refused("NOT_FOUND"));
      await assert.rejects(ledger.history(cube.id, ANA), refused("NOT_FOUND"));
      assert.deepEqual(await listed(ledger, ANA), []);
      const { cubes, forgotten: tombstones, versions } = await ledger.stats(ANA);
      assert.deepEqual({ cubes, tombstones, versions }, { cubes: 0, tombstones: 1, versions: 2 });
      assert.deepEqual((await ledger.verify()).broken, []);
    });
  });

  describe(`${name}: a repetition is linked to the first that says the same`, () => {
    const duplicateOf = async (ledger: Ledger, cube: MemCube, scope: Scope) =>
      (await ledger.get(cube.id, scope, undefined)).duplicateOf;

    test("of the same owner, in one batch or in many, whatever the session", async () => {
      const first = prepared("The gate code is 4711.", ANA);
      const second = prepared("the gate code is 4711", { ...ANA, session: "s" });
      const { written } = await add(ledger, first, second);
      assert.deepEqual(
        written.map((cube) => cube.duplicateOf),
        [undefined, first.cube.id],
      );
      const third = await addOne(ledger, "The gate code is 4711!", ANA);
      assert.equal(third.duplicateOf, first.cube.id);
    });

    test("not across users or tenants", async () => {
      await addOne(ledger, "same", ANA);
      assert.equal((await addOne(ledger, "same", BEN)).duplicateOf, undefined);
      assert.equal((await addOne(ledger, "same", OTHER)).duplicateOf, undefined);
    });

    test("racing repetitions agree on one first", async () => {
      const connections = [ledger, other];
      await Promise.all(
        [0, 1, 2, 3, 4, 5].map((n) => add(connections[n % 2] as Ledger, prepared("same", ANA))),
      );
      const cubes = await ledger.list(everything(ANA), { limit: 10, order: "oldest" });
      const firsts = cubes.filter(({ cube }) => cube.duplicateOf === undefined);
      assert.equal(firsts.length, 1);
      for (const { cube } of cubes)
        if (cube.duplicateOf !== undefined) assert.equal(cube.duplicateOf, firsts[0]?.cube.id);
    });

    test("when the first says something else, the next takes its place", async () => {
      const [first, second, third] = [
        await addOne(ledger, "same", ANA),
        await addOne(ledger, "same", ANA),
        await addOne(ledger, "same", ANA),
      ];
      const changes = await revise(ledger, withText(first, "different"), ANA);
      assert.equal(await duplicateOf(ledger, second, ANA), undefined);
      assert.equal(await duplicateOf(ledger, third, ANA), second.id);
      assert.equal((await addOne(ledger, "same", ANA)).duplicateOf, second.id);
      const renewed = changes.map(({ cube }) => cube?.id);
      assert.ok(renewed.includes(second.id) && renewed.includes(third.id), "their index rows are made again");
    });

    test("when the first is forgotten, the next takes its place", async () => {
      const first = await addOne(ledger, "same", ANA);
      const second = await addOne(ledger, "same", ANA);
      await revise(ledger, forgotten(first), ANA);
      assert.equal(await duplicateOf(ledger, second, ANA), undefined);
      assert.equal((await addOne(ledger, "same", ANA)).duplicateOf, second.id);
    });

    test("an update can make a repetition, and end one", async () => {
      const first = await addOne(ledger, "same", ANA);
      const second = await addOne(ledger, "other", ANA);
      await revise(ledger, withText(second, "same"), ANA);
      assert.equal(await duplicateOf(ledger, second, ANA), first.id);
      await revise(ledger, withText(second, "other again"), ANA);
      assert.equal(await duplicateOf(ledger, second, ANA), undefined);
    });
  });

  describe(`${name}: turns of a session know their neighbours`, () => {
    const thread = (): Scope => ({ ...ANA, session: "s" });

    test("a turn comes with the texts of two before and two after it in its own thread", async () => {
      const others = [BEN, { ...ANA, agent: "x" }].map((scope) => ({ ...scope, session: "s" }));
      for (const text of ["t0", "t1", "t2", "t3", "t4", "t5"]) {
        await addOne(ledger, text, thread());
        for (const scope of others) await addOne(ledger, `other ${text}`, scope);
      }
      const { cubes } = await ledger.scan(ANA.tenant, 0, 100);
      const ofText = new Map(cubes.map((cube) => [cube.text, cube.neighbours]));
      assert.deepEqual(ofText.get("t0"), ["t1", "t2"]);
      assert.deepEqual(ofText.get("t3"), ["t1", "t2", "t4", "t5"]);
      assert.deepEqual(ofText.get("t5"), ["t3", "t4"]);
    });

    test("a new turn makes the rows of the turns beside it again", async () => {
      for (const text of ["t0", "t1", "t2"]) await addOne(ledger, text, thread());
      const { changes } = await add(ledger, prepared("t3", thread()));
      assert.deepEqual(changes.map(({ cube }) => cube?.text).sort(), ["t1", "t2", "t3"]);
      assert.deepEqual(changes.find(({ cube }) => cube?.text === "t2")?.cube?.neighbours, ["t0", "t1", "t3"]);
    });

    test("a forgotten turn is nobody's neighbour", async () => {
      const first = await addOne(ledger, "t0", thread());
      await addOne(ledger, "t1", thread());
      const changes = await revise(ledger, forgotten(first), thread());
      assert.equal(
        changes.find(({ cube }) => cube?.id === first.id),
        undefined,
      );
      assert.deepEqual(changes.find(({ cube }) => cube?.text === "t1")?.cube?.neighbours, []);
    });
  });

  describe(`${name}: the outbox is a log without gaps`, () => {
    test("sequence numbers follow each other, whatever fails or races in between", async () => {
      const connections = [ledger, other];
      const start = await last();
      const bad = () => prepared({ text: "bad", sources: [{ cube: UNKNOWN_ID, sha256: sha256("x") }] }, ANA);
      await Promise.allSettled(
        Array.from({ length: 24 }, (_, n) =>
          add(
            connections[n % 2] as Ledger,
            n % 5 === 4 ? bad() : prepared(`text ${n}`, n % 3 === 0 ? OTHER : ANA),
          ),
        ),
      );
      const { changes, sequence } = await ledger.changesAfter(start, 1_000);
      assert.deepEqual(
        changes.map((change) => change.sequence),
        Array.from({ length: 20 }, (_, n) => start + n + 1),
      );
      assert.equal(sequence, start + 20);
      assert.equal(await last(), sequence);
    });

    test("it is read in pages, and says how far a page reaches", async () => {
      const start = await last();
      for (let n = 0; n < 5; n++) await addOne(ledger, `text ${n}`, n === 2 ? OTHER : ANA);
      const page = await ledger.changesAfter(start + 1, 2);
      assert.deepEqual(
        page.changes.map((change) => change.sequence),
        [start + 2, start + 3],
      );
      assert.equal(page.sequence, start + 3);
      assert.equal((await ledger.changesAfter(start + 3, 2)).sequence, start + 5);
      assert.deepEqual(await ledger.changesAfter(start + 5, 2), { changes: [], sequence: start + 5 });
    });

    test("pending shows one tenant, and each cube once with what it is now", async () => {
      const cube = await addOne(ledger, "first", ANA);
      await addOne(ledger, "elsewhere", OTHER);
      await revise(ledger, withText(cube, "second"), ANA);
      const { changes, through, read } = await ledger.pending(ANA.tenant, 0, 100);
      assert.deepEqual(
        changes.map((change) => change.cube?.text),
        ["second"],
      );
      assert.equal(read, 2);
      assert.equal(through, await last());
      assert.deepEqual(await backlog(), [
        { tenant: ANA.tenant, entries: 2 },
        { tenant: OTHER.tenant, entries: 1 },
      ]);
    });
  });

  describe(`${name}: partitions take entries out of the outbox`, () => {
    const embedderOf = (ledger: Ledger) => ledger.embedder({ hash: sha256("e"), name: "e", dimension: 4 });

    test("a flush commits the version of the table with the entries it contains", async () => {
      const start = await last();
      for (const text of ["one", "two", "three"]) await addOne(ledger, text, ANA);
      await addOne(ledger, "elsewhere", OTHER);
      const live = await ledger.openPartition(ANA.tenant, await embedderOf(ledger), "live");
      assert.equal((await ledger.openPartition(ANA.tenant, live.embedder, "live")).number, live.number);
      assert.equal(live.dimension, 4);
      const lexicon = { terms: Float64Array.of(7, 2 ** 52), deltas: Int32Array.of(2, 1) };
      await ledger.flushed(
        flushOf(live.number, { baseVersion: 3, flushedThrough: start + 2, rows: 2, terms: 2, lexicon }),
      );
      const { partition } = await ledger.head(ANA.tenant);
      assert.equal(partition?.baseVersion, 3);
      assert.equal(partition?.flushedThrough, start + 2);
      assert.deepEqual(
        (await ledger.pending(ANA.tenant, 0, 10)).changes.map(({ cube }) => cube?.text),
        ["three"],
      );
      assert.equal((await ledger.pending(OTHER.tenant, 0, 10)).read, 1);
      assert.deepEqual(
        [...(await ledger.frequencies(live.number, Float64Array.of(2 ** 52, 7, 8)))],
        [1, 2, 0],
      );
      assert.equal(await last(), start + 4, "the log goes on where it was");
    });

    test("a flush that started from another version than the ledger knows is a conflict", async () => {
      await addOne(ledger, "one", ANA);
      const live = await ledger.openPartition(ANA.tenant, await embedderOf(ledger), "live");
      await ledger.flushed(flushOf(live.number, { baseVersion: 2, flushedThrough: 0 }));
      await assert.rejects(
        ledger.flushed(flushOf(live.number, { replaces: 0, baseVersion: 5, flushedThrough: await last() })),
        refused("CONFLICT"),
      );
      assert.equal((await ledger.pending(ANA.tenant, 0, 10)).read, 1);
      assert.equal((await ledger.head(ANA.tenant)).partition?.baseVersion, 2);
    });

    test("terms that no row has any more leave the lexicon", async () => {
      const live = await ledger.openPartition(ANA.tenant, await embedderOf(ledger), "live");
      const lexicon = (delta: number) => ({ terms: Float64Array.of(7), deltas: Int32Array.of(delta) });
      await ledger.flushed(flushOf(live.number, { baseVersion: 1, lexicon: lexicon(2) }));
      await ledger.flushed(flushOf(live.number, { replaces: 1, baseVersion: 2, lexicon: lexicon(-2) }));
      assert.deepEqual([...(await ledger.frequencies(live.number, Float64Array.of(7)))], [0]);
    });

    test("a partition being built keeps the entries that it still needs, and takes the live one's place", async () => {
      await addOne(ledger, "before", ANA);
      const embedder = await embedderOf(ledger);
      const live = await ledger.openPartition(ANA.tenant, embedder, "live");
      const building = await ledger.openPartition(ANA.tenant, embedder, "building");
      assert.equal(building.flushedThrough, await last(), "what came before is copied from the cubes");
      await addOne(ledger, "meanwhile", ANA);
      await ledger.flushed(flushOf(live.number, { baseVersion: 1, flushedThrough: await last() }));
      assert.deepEqual(
        (await ledger.pending(ANA.tenant, building.flushedThrough, 10)).changes.map(({ cube }) => cube?.text),
        ["meanwhile"],
      );
      assert.equal((await ledger.stats(ANA)).pending, 0, "the live one has it already");
      assert.equal(await ledger.promote(building.number), live.number);
      const now = (await ledger.head(ANA.tenant)).partition;
      assert.equal(now?.number, building.number);
      assert.equal(now?.state, "live");
      assert.deepEqual(
        (await ledger.partitions()).filter(({ tenant }) => tenant === ANA.tenant),
        [now],
      );
      await assert.rejects(ledger.promote(live.number), refused("CONFLICT"));
    });
  });

  describe(`${name}: vectors that came late`, () => {
    const bytes = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

    test("texts without a vector of an embedder are named, until it is saved", async () => {
      await add(ledger, prepared("with", ANA, bytes(1, 0)), prepared("without", ANA));
      assert.ok((await unembeddedTenants(ledger, EMBEDDER)).has(ANA.tenant));
      const missing = await ledger.withoutVector(ANA.tenant, EMBEDDER, 0, 10);
      assert.deepEqual(
        missing.map(({ text }) => text),
        ["without"],
      );
      assert.equal((await ledger.stats(ANA)).withoutVector, 1);
      const sequence = await last();
      const vectors = missing.map(({ key }) => ({ key, vector: bytes(0, 1) }));
      await ledger.saveVectors(ANA.tenant, EMBEDDER, vectors, true);
      assert.ok(!(await unembeddedTenants(ledger, EMBEDDER)).has(ANA.tenant));
      const { changes } = await ledger.changesAfter(sequence, 10);
      assert.deepEqual(
        changes.map(({ cube }) => [cube?.text, cube?.embedder, [...(cube?.vector ?? [])]]),
        [["without", EMBEDDER, [...bytes(0, 1)]]],
      );
    });

    test("a late vector does not replace that of a newer text", async () => {
      const cube = await addOne(ledger, "old text", ANA);
      const [missing] = await ledger.withoutVector(ANA.tenant, EMBEDDER, 0, 10);
      assert.ok(missing);
      await ledger.revise({
        ...revision(withText(cube, "new text"), await ledger.history(cube.id, ANA), ANA),
        vector: bytes(0, 1),
      });
      await ledger.saveVectors(ANA.tenant, EMBEDDER, [{ key: missing.key, vector: bytes(1, 0) }], true);
      const { cubes } = await ledger.scan(ANA.tenant, 0, 10);
      assert.deepEqual([...(cubes[0]?.vector ?? [])], [...bytes(0, 1)]);
    });
  });

  describe(`${name}: a lease has one holder`, () => {
    test("until it is released or runs out", async () => {
      assert.equal(await ledger.lease(ANA.tenant, "a", 60_000), true);
      assert.equal(await other.lease(ANA.tenant, "b", 60_000), false);
      assert.equal(await other.lease(OTHER.tenant, "b", 60_000), true);
      assert.equal(await ledger.lease(ANA.tenant, "a", 60_000), true, "its holder extends it");
      await other.release(ANA.tenant, "b");
      assert.equal(await other.lease(ANA.tenant, "b", 60_000), false, "only its holder releases it");
      await ledger.release(ANA.tenant, "a");
      assert.equal(await other.lease(ANA.tenant, "b", 0), true);
      assert.equal(await ledger.lease(ANA.tenant, "a", 60_000), true, "the other's has run out");
    });

    test("racing holders get it once", async () => {
      const connections = [ledger, other];
      const got = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((n) => (connections[n % 2] as Ledger).lease(ANA.tenant, `h${n}`, 60_000)),
      );
      assert.equal(got.filter((taken) => taken).length, 1);
    });
  });

  describe(`${name}: API keys`, () => {
    test("a key is found by its hash until it is revoked", async () => {
      const { tenant } = ANA;
      const principal = { kind: "service", id: "ci" } as const;
      const key = { id: tenant, hash: sha256(tenant), tenant, name: "laptop", principal, readOnly: true };
      await ledger.createKey(key, undefined, byOwner("createKey", tenant));
      const found = await ledger.findKey(sha256(ANA.tenant));
      assert.equal(found?.tenant, ANA.tenant);
      assert.equal(await ledger.findKey(sha256("guess")), undefined);
      assert.deepEqual([found?.principal, found?.readOnly], [principal, true]);
      await ledger.revokeKey(tenant, tenant, byOwner("revokeKey", tenant));
      assert.equal(await ledger.findKey(sha256(ANA.tenant)), undefined);
      assert.deepEqual(
        (await ledger.listKeys())
          .filter(({ id }) => id === ANA.tenant)
          .map(({ name: label, revokedAt }) => [label, revokedAt !== undefined]),
        [["laptop", true]],
      );
      await assert.rejects(
        ledger.revokeKey(tenant, tenant, byOwner("revokeKey", tenant)),
        refused("NOT_FOUND"),
      );
    });
  });

  describe(`${name}: blobs are kept as long as something refers to them`, () => {
    const blobOf = (scope: Scope) => ({ sha256: sha256(scope.tenant), bytes: 5 });
    const references = async (scope: Scope) =>
      (await ledger.blobs()).find((row) => row.sha256 === blobOf(scope).sha256)?.references;

    test("each cube that refers to one counts", async () => {
      const blob = blobOf(ANA);
      await ledger.retainBlob(blob.sha256, blob.bytes);
      await add(ledger, withPayload(activation(blob), ANA));
      assert.equal(await references(ANA), 2);
      assert.equal(await ledger.releaseBlob(blob.sha256), 1);
      assert.equal(await ledger.releaseBlob(blob.sha256), 0);
      assert.equal(await references(ANA), undefined);
      assert.equal(await ledger.releaseBlob(blob.sha256), 0, "releasing nothing is no error");
    });

    test("a cube with a blob that is not there is refused", async () => {
      await assert.rejects(
        add(ledger, prepared("good", ANA), withPayload(activation(blobOf(ANA)), ANA)),
        refused("INVALID_INPUT"),
      );
      assert.deepEqual(await listed(ledger, ANA), []);
    });
  });

  describe(`${name}: selections`, () => {
    test("a list is read in pages, in both orders, without a gap or a repetition", async () => {
      for (let n = 0; n < 5; n++) await addOne(ledger, `text ${n}`, n === 2 ? BEN : ANA);
      for (const [order, expected] of [
        ["oldest", ["text 0", "text 1", "text 3", "text 4"]],
        ["newest", ["text 4", "text 3", "text 1", "text 0"]],
      ] as const) {
        const texts: (string | undefined)[] = [];
        for (let after: number | undefined; ; ) {
          const page = await ledger.list(everything(ANA), { limit: 3, order, after });
          texts.push(...page.map(({ cube }) => textOf(cube)));
          after = page.at(-1)?.key;
          if (page.length < 3) break;
        }
        assert.deepEqual(texts, expected);
      }
    });

    test("a scan reads the searchable cubes of a tenant in pages", async () => {
      const cubes = [
        await addOne(ledger, "text 0", ANA),
        await addOne(ledger, "text 1", BEN),
        await addOne(ledger, "text 2", ANA),
      ];
      await addOne(ledger, "elsewhere", OTHER);
      await revise(ledger, forgotten(cubes[0] as MemCube), ANA);
      const first = await ledger.scan(ANA.tenant, 0, 1);
      const second = await ledger.scan(ANA.tenant, first.cursor, 1);
      const third = await ledger.scan(ANA.tenant, second.cursor, 1);
      assert.deepEqual(
        [first, second, third].flatMap((page) => page.cubes.map(({ text }) => text)),
        ["text 1", "text 2"],
      );
      assert.deepEqual([first.done, second.done, third.done], [false, false, true]);
      const tenants = await ledger.tenants();
      assert.ok(tenants.includes(ANA.tenant) && tenants.includes(OTHER.tenant));
    });

    test("a selection is by scope, type, filter, and leaves out what has expired", async () => {
      const core = await addOne(ledger, { text: "core", type: "core", tags: ["x"] }, ANA);
      await addOne(ledger, { text: "expired", governance: { expiresAt: "2020-01-01T00:00:00.000Z" } }, ANA);
      await addOne(ledger, { text: "note", tags: ["x"] }, ANA);
      await addOne(ledger, { text: "ben's core", type: "core" }, BEN);
      assert.deepEqual(await listed(ledger, ANA), ["core", "note"]);
      const keyed = await ledger.list({ ...everything(ANA), types: ["core"] }, { limit: 9, order: "oldest" });
      const selected = await ledger.select({
        ...everything({ tenant: ANA.tenant }),
        types: ["core"],
        where: { field: "tags", op: "contains", value: "x" },
      });
      assert.deepEqual([...selected.keys], [keyed[0]?.key]);
      assert.deepEqual(
        (await ledger.core(everything(ANA), 10)).map(({ id }) => id),
        [core.id],
      );
      assert.equal((await ledger.recent(everything({ tenant: ANA.tenant }), 10)).length, 3);
    });

    test("asOf selects what was recorded by then, as it read then, and valid then", async () => {
      const cube = await addOne(ledger, "first", ANA);
      const same = await addOne(ledger, "unchanged", ANA);
      await addOne(ledger, { text: "not yet valid", validFrom: "2030-01-01T00:00:00.000Z" }, ANA);
      await addOne(ledger, { text: "over", validTo: "2020-01-01T00:00:00.000Z" }, ANA);
      const between = tick();
      await revise(ledger, withText(cube, "second"), ANA);
      const late = await addOne(ledger, "later", ANA);
      const at = { ...everything(ANA), asOf: justBefore(between) };
      const texts = (await ledger.list(at, { limit: 9, order: "oldest" })).map(({ cube }) => textOf(cube));
      assert.deepEqual(texts, ["first", "unchanged"]);
      const { keys, historic } = await ledger.select(at);
      assert.deepEqual(
        historic.map(({ text }) => text),
        ["first"],
      );
      const located = await ledger.byKeys([...keys], ANA, at.asOf);
      assert.deepEqual(
        located.map(({ cube }) => cube.id),
        [same.id],
      );
      assert.equal(textOf(await ledger.get(cube.id, ANA, at.asOf)), "first");
      await assert.rejects(ledger.get(late.id, ANA, at.asOf), refused("NOT_FOUND"));
    });

    test("exported cubes come in pages with their whole chain, without what was forgotten", async () => {
      const kept = await addOne(ledger, "first", ANA);
      const gone = await addOne(ledger, "gone", ANA);
      await addOne(ledger, "ben's", BEN);
      await revise(ledger, withText(kept, "second"), ANA);
      await revise(ledger, forgotten(gone), ANA);
      const page = await ledger.portable({ tenant: ANA.tenant }, 0, 1);
      const next = await ledger.portable({ tenant: ANA.tenant }, page[0]?.key ?? 0, 9);
      assert.deepEqual(
        [...page, ...next].map(({ cube }) => [textOf(cube.cube), cube.versions.length]),
        [
          ["second", 2],
          ["ben's", 1],
        ],
      );
      assert.equal((await ledger.portable(ANA, 0, 9)).length, 1);
    });
  });
}

function byOwner(operation: string, tenant: string): GovernanceChange {
  const scope = { tenant };
  return {
    audit: {
      tenant,
      principal: { kind: "service", id: "owner" },
      action: "administer",
      operation,
      decision: "allowed",
      reason: "owner",
      scope,
      targets: [],
      details: null,
    },
    decidedOn: undefined,
  };
}

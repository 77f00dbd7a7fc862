import assert from "node:assert/strict";
import { test } from "node:test";
import type { PortableCube } from "../../../memos/index.js";
import { allOf, collect, found, openMemos, remember } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

type Opened = Awaited<ReturnType<typeof openMemos>>["memos"];

async function filled(memos: Opened): Promise<PortableCube[]> {
  const session = { ...ANA, agent: "claude", session: "s" };
  await memos.add([{ role: "user", content: "My sister has a walrus." }, "Her name is Zelda."], session);
  const source = await remember(
    memos,
    { text: "Source", metadata: { "a.b": [1, "x", null], n: 1e300 } },
    ANA,
  );
  const changed = await remember(
    memos,
    { text: "first", title: "T", validFrom: "2024-01-01", priority: 5 },
    ANA,
  );
  for (const text of ["second", "third\u2028\u{1f469}"])
    await memos.update(changed, { text, title: null }, ANA, { actor: "editor" });
  const [portable] = await collect(memos.export({ tenant: "acme" }));
  assert.ok(portable);
  await memos.add(
    { text: "Derived", sources: [{ cube: source, span: [0, 6], sha256: "0".repeat(64) }] },
    ANA,
  );
  await memos.add("first repetition", ANA);
  await memos.add("First repetition.", { tenant: "acme", user: "ana" });
  const gone = await remember(memos, "gone", ANA);
  await memos.forget(gone, ANA);
  return collect(memos.export({ tenant: "acme" }));
}

test("what is exported and imported elsewhere is the same: ids, times, versions, hashes, links", async (t) => {
  const { memos: one } = await openMemos(t);
  const exported = await filled(one);
  assert.equal(exported.length, 7);
  const { memos: two } = await openMemos(t);
  const progress = await collect(two.import(exported, { tenant: "acme" }));
  assert.deepEqual([progress.at(-1)?.added, progress.flatMap(({ skipped }) => skipped)], [7, []]);
  assert.deepEqual(await collect(two.export({ tenant: "acme" })), exported);
  for (const { cube } of exported) {
    assert.deepEqual(await two.get(cube.id, cube.scope), await one.get(cube.id, cube.scope));
    assert.deepEqual(await two.history(cube.id, cube.scope), await one.history(cube.id, cube.scope));
  }
  for (const query of ["walrus", "Zelda", "third", "repetition"])
    assert.deepEqual(
      await found(two, query, { tenant: "acme" }),
      await found(one, query, { tenant: "acme" }),
      query,
    );
});

test("importing again changes nothing and says of each cube that it is there", async (t) => {
  const { memos } = await openMemos(t);
  const exported = await filled(memos);
  const progress = await collect(memos.import(exported, { tenant: "acme" }));
  assert.equal(progress.at(-1)?.added, 0);
  assert.deepEqual(
    progress.flatMap(({ skipped }) => skipped.map(({ index }) => index)),
    exported.map((_, index) => index),
  );
  assert.deepEqual(await collect(memos.export({ tenant: "acme" })), exported);
});

test("the tenant becomes that of the importing scope, and only that", async (t) => {
  const { memos: one } = await openMemos(t);
  const exported = await filled(one);
  const { memos: two } = await openMemos(t);
  await collect(two.import(exported, { tenant: "globex" }));
  assert.equal((await allOf(two, { tenant: "acme" })).length, 0);
  const cubes = await allOf(two, { tenant: "globex" });
  assert.deepEqual(
    cubes.map(({ scope }) => scope),
    exported.map(({ cube }) => ({ ...cube.scope, tenant: "globex" })),
  );
});

test("a cube whose versions do not follow from each other is skipped, the rest goes on", async (t) => {
  const { memos: one } = await openMemos(t);
  const exported = await filled(one);
  const { memos } = await openMemos(t);
  const forged = exported.map((portable, index): PortableCube => {
    const { cube, versions } = portable;
    const text = { kind: "plaintext" as const, text: "forged", format: "text" as const };
    switch (index) {
      case 0:
        return { cube: { ...cube, payload: text }, versions };
      case 1:
        return { cube, versions: versions.map((version) => ({ ...version, actor: "forger" })) };
      case 3:
        return { cube, versions: versions.slice(1) };
      case 4:
        return { ...portable, more: true } as PortableCube;
      default:
        return portable;
    }
  });
  const progress = await collect(memos.import(forged, { tenant: "acme" }));
  assert.deepEqual(
    progress.flatMap(({ skipped }) => skipped.map(({ index }) => index)),
    [0, 1, 3, 4],
  );
  assert.equal(progress.at(-1)?.added, 3);
  assert.deepEqual(await found(memos, "forged", { tenant: "acme" }), []);
});

test("what changes while it is exported is exported as it was at one moment", async (t) => {
  const { memos } = await openMemos(t);
  const ids: string[] = [];
  for (let n = 0; n < 100; n++) ids.push(await remember(memos, `note ${n}`, ANA));
  let exporting = true;
  const changing = (async () => {
    for (let n = 0; exporting; n++)
      await memos.update(ids[n % ids.length] as string, { text: `changed ${n}` }, ANA);
  })();
  for (let round = 0; round < 15; round++)
    for (const { cube, versions } of await collect(memos.export(ANA))) {
      const last = versions.at(-1);
      assert.equal(last?.version, cube.version);
      assert.deepEqual(last?.content.payload, cube.payload);
    }
  exporting = false;
  await changing;
});

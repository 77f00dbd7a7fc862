import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../../../memos/support.js";
import { call, type Given, type Graph, overStdio } from "./support.js";

const WRITES = 200;

test("two processes that write into one store at the same time lose nothing", async (t) => {
  const store = await temporaryFolder(t);
  const hosts = [
    await overStdio(t, store, "--user", "ana"),
    await overStdio(t, store, "--user", "ana"),
  ] as const;
  await call(hosts[0], "create_entities", {
    entities: [{ name: "Log", entityType: "list", observations: [] }],
  });
  const written = Array.from({ length: WRITES }, (_, n) => n);
  const host = (n: number) => hosts[n % 2] ?? hosts[0];
  await Promise.all(
    written.map((n) => {
      if (n % 4 < 2)
        return call(host(n), "add_observations", {
          observations: [{ entityName: "Log", contents: [`entry number ${n}`] }],
        });
      // Both make the same entity, each knows something else of it.
      const pair = Math.floor(n / 4);
      return call(host(n), "create_entities", {
        entities: [{ name: `Pair ${pair}`, entityType: "pair", observations: [`side ${n % 2}`] }],
      });
    }),
  );
  for (const reader of hosts) {
    const { entities } = await call<Graph>(reader, "read_graph");
    const log = entities.find(({ name }) => name === "Log");
    assert.deepEqual(
      new Set(log?.observations),
      new Set(written.filter((n) => n % 4 < 2).map((n) => `entry number ${n}`)),
    );
    const pairs = entities.filter(({ entityType }) => entityType === "pair");
    assert.equal(pairs.length, WRITES / 4);
    assert.equal(new Set(pairs.map(({ name }) => name)).size, WRITES / 4, "each is there once");
    // What one saw of the other's entity in time was there already; what both made is one.
    for (const { observations } of pairs) assert.ok(observations.length >= 1);
  }
  const found = await call<Given>(hosts[1], "search_memory", { query: '"entry number 100"' });
  assert.match(found.memory, /entry number 100$/m);
});

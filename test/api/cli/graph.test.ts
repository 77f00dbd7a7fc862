import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import * as z from "zod";
import {
  entityResultSchema,
  factResultSchema,
  MemOS,
  neighboursResultSchema,
  pathResultSchema,
} from "../../../memos/index.js";
import { inLedger, temporaryFolder, UNKNOWN_ID } from "../../memos/support.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const LYON = "Ana lives in Lyon.";
const OSLO = "Ana lives in Oslo.";

const folder = await temporaryFolder({ after });
const store = ["--store", join(folder, "store")];
const ana = ["--user", "ana", ...store];

const [lyon, oslo, alone] = await addedIds();

async function addedIds(): Promise<[string, string, string]> {
  const inputs = [
    { text: LYON, occurredAt: "2021-03-01" },
    { text: OSLO, occurredAt: "2024-03-01" },
    "bees sleep at night",
  ];
  const opened = await MemOS.open({ path: join(folder, "store") });
  try {
    const { written } = await opened.add(inputs, { tenant: "local", user: "ana" });
    return written.map(({ id }) => id) as [string, string, string];
  } finally {
    await opened.close();
  }
}

/** What a command prints for people, a row of a table as its cells with spaces between. */
async function read(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await memos([...args, ...ana]);
  assert.equal(status, 0, stderr);
  return stdout.replace(/ *│ */g, " ");
}

test("graph neighbours shows what hangs together with a memory, and why", async () => {
  const args = ["graph", "neighbours", lyon, "--limit", "3"];
  const [{ id, neighbours }, text] = await Promise.all([
    memosJson([...args, ...ana], neighboursResultSchema),
    read(...args),
  ]);
  assert.deepEqual([id, neighbours.map(({ cube }) => cube.id)], [lyon, [oslo]]);
  assert.match(text, / weight memory because id /);
  assert.match(text, new RegExp(` 0\\.84 Ana lives in Oslo\\. mentions Ana, similar ${oslo} `));
});

test("graph path shows the way between two memories, or that there is none", async () => {
  const [found, none] = await Promise.all([
    read("graph", "path", lyon, oslo),
    memosJson(["graph", "path", lyon, alone, ...ana], pathResultSchema),
  ]);
  assert.match(
    found,
    / cube Ana lives in Lyon\. mentions \n[^\n]*\n entity Ana mentions \n[^\n]*\n cube Ana lives in Oslo\. /,
  );
  assert.deepEqual(none, { nodes: [], steps: [], cost: null });
});

test("graph entity shows the page of a name", async () => {
  const [text, none] = await Promise.all([
    read("graph", "entity", "ana"),
    read("graph", "entity", "Atlantis"),
  ]);
  assert.match(text, new RegExp(` Ana lives in Lyon\\. \\w+ ${lyon} `));
  assert.match(text, / Ana lives in Lyon superseded 2021-03-01 rule /);
  assert.match(text, /^with Lyon \(1\), Oslo \(1\)$/m);
  assert.equal(none, "nothing names Atlantis\n");
});

test("graph fact shows what holds and what did, also as it was known before", async () => {
  const args = ["graph", "fact", "Ana", "lives in"];
  const [text, before] = await Promise.all([
    read(...args),
    memosJson([...args, "--as-of", "2001-01-01", ...ana], factResultSchema),
  ]);
  assert.match(text, / Lyon superseded 2021-03-01 rule [\s\S]* Oslo current 2024-03-01 rule /);
  assert.deepEqual([before.current, before.history], [[], []]);
});

test("graph export writes a new file in the format of its ending, or to standard output", async () => {
  const wroteSchema = z.strictObject({
    file: z.string(),
    format: z.literal("graphml"),
    nodes: z.literal(4),
    edges: z.literal(2),
    complete: z.literal(true),
  });
  const graphSchema = z.object({
    nodes: z.array(z.object({ key: z.string() })).length(4),
    edges: z.array(z.unknown()).length(2),
  });
  const [xml, json] = [join(folder, "ana.graphml"), join(folder, "ana.json")];
  const [, wrote, piped] = await Promise.all([
    memosJson(["graph", "export", xml, ...ana], wroteSchema),
    read("graph", "export", json),
    read("graph", "export", "-", "--format", "graphml"),
  ]);
  assert.equal(wrote, `wrote 4 nodes and 2 edges to ${json}\n`);
  const { nodes } = graphSchema.parse(JSON.parse(await readFile(json, "utf8")));
  assert.ok(nodes.some(({ key }) => key === alone));
  assert.match(piped, /<graphml [\s\S]*Ana lives in Oslo\./);
  assert.equal(await readFile(xml, "utf8"), piped);

  await writeFile(xml, "mine");
  const again = await memos(["graph", "export", xml, ...ana]);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /^error: .*ana\.graphml cannot be written: EEXIST/);
  assert.equal(await readFile(xml, "utf8"), "mine");
});

test("the memory of another user or tenant is not in the graph", async () => {
  const [stranger, fact] = await Promise.all([
    memos(["graph", "neighbours", lyon, "--json", "--user", "bram", ...store]),
    memosJson(
      ["graph", "fact", "Ana", "lives in", "--user", "ana", "--tenant", "acme", ...store],
      factResultSchema,
    ),
  ]);
  assert.equal(stranger.status, 1);
  assert.equal(failureSchema.parse(JSON.parse(stranger.stdout)).error.code, "NOT_FOUND");
  assert.deepEqual(fact.history, []);
});

test("what goes wrong is said with the exit status of its kind", async () => {
  const failures: [args: string[], status: number, message: RegExp][] = [
    [["neighbours", UNKNOWN_ID], 1, /^error: .+\nNOT_FOUND: /],
    [["neighbours", lyon, "--limit", "0"], 2, /--limit/],
    [["path", lyon], 2, /missing required argument 'to'/],
    [["path", lyon, "x"], 2, /TO/],
    [["entity", ""], 2, /NAME/],
    [["fact", "Ana", "lives in", "--as-of", "soon"], 2, /--as-of/],
    [["export", "x.dot", "--format", "dot"], 2, /--format/],
    [["export", "-", "--json"], 2, /standard output/],
    [["entity", "Ana", "--store", join(folder, "none")], 1, /STORE_INVALID/],
    [["export", join(folder, "none.json"), "--store", join(folder, "none")], 1, /STORE_INVALID/],
  ];
  await Promise.all(
    failures.map(async ([args, status, message]) => {
      const [command = "", ...rest] = args;
      const failed = await memos(["graph", command, ...ana, ...rest]);
      assert.equal(failed.status, status, `${args.join(" ")}: ${failed.stderr}`);
      assert.match(args.includes("--json") ? failed.stdout : failed.stderr, message);
      assert.doesNotMatch(failed.stderr, /^\s+at /m);
    }),
  );
  assert.ok(!existsSync(join(folder, "none")) && !existsSync(join(folder, "none.json")));
});

test("a graph that was lost is rebuilt from the ledger and says what it said before", async () => {
  const rebuiltSchema = z.strictObject({
    graph: z.strictObject({ cubes: z.literal(3), milliseconds: z.number() }),
  });
  const args = ["graph", "entity", "Ana", ...ana];
  const before = await memosJson(args, entityResultSchema);
  assert.deepEqual(new Set(before.cubes.map(({ id }) => id)), new Set([lyon, oslo]));
  inLedger(join(folder, "store"), (db) => {
    for (const table of ["mentions", "facts"]) db.prepare(`DELETE FROM ${table}`).run();
  });
  await memosJson(["rebuild", "--graph", ...store], rebuiltSchema);
  assert.deepEqual(await memosJson(args, entityResultSchema), before);
  const everything = await memos(["rebuild", ...store]);
  assert.match(everything.stdout, /^rebuilt 3 rows of 1 tenant in .+\nderived the graph of 3 cubes in .+\n$/);
});

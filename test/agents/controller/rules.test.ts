import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CONTROLLER, controller } from "../../../agents/index.js";
import { textOf } from "../../../memcube/index.js";
import { MemOS } from "../../../memos/index.js";
import { ANA, controlled, textsOf } from "./support.js";

const derived = { wait: "derived" } as const;

test("what the user says of themselves goes into core memory, with its source", async (context) => {
  const memos = await controlled(context);
  const said = await memos.add("I'm a vegetarian, so never suggest meat to me.", ANA, derived);
  const { cubes } = await memos.list(ANA, { types: ["core"] });
  assert.equal(cubes.length, 1);
  const [core] = cubes;
  assert.equal(core && textOf(core), "I'm a vegetarian, so never suggest meat to me.");
  assert.equal(core?.provenance.sources[0]?.cube, said.written[0]?.id);
  assert.equal(core?.provenance.actor, CONTROLLER);
  assert.deepEqual(await textsOf(memos, "episodic"), ["I'm a vegetarian, so never suggest meat to me."]);
});

test("small talk becomes nothing, and the trace says so", async (context) => {
  const memos = await controlled(context);
  const { written } = await memos.add("thanks, see you tomorrow!", ANA, derived);
  const { traces } = await memos.traces.list(ANA, { cube: written[0]?.id ?? "" });
  assert.equal(traces.length, 1);
  assert.deepEqual(traces[0]?.made, []);
  assert.equal(traces[0]?.llmCalls, 0);
  assert.match(traces[0]?.read[0]?.reason ?? "", /nothing to be kept/);
});

test("why something was remembered is told by the trace of the memory that was made", async (context) => {
  const memos = await controlled(context);
  const said = await memos.add("My name is Ana and I live in Lisbon.", ANA, derived);
  const { cubes } = await memos.list(ANA, { types: ["core"] });
  const { traces } = await memos.traces.list(ANA, { cube: cubes[0]?.id ?? "" });
  assert.equal(traces[0]?.by, "rules");
  assert.deepEqual(traces[0]?.made[0]?.from, [said.written[0]?.id]);
  await assert.rejects(memos.traces.get(traces[0]?.id ?? "", { tenant: "t", user: "tom" }), {
    code: "NOT_FOUND",
  });
});

test("what is said twice is in core memory once", async (context) => {
  const memos = await controlled(context);
  await memos.add("I live in Lisbon.", ANA, derived);
  const again = await memos.add("I live in Lisbon.", ANA, derived);
  assert.deepEqual(await textsOf(memos, "core"), ["I live in Lisbon."]);
  const { traces } = await memos.traces.list(ANA, { cube: again.written[0]?.id ?? "" });
  assert.equal(traces[0]?.refused[0]?.reason, "It is known already.");
});

test("another value takes the place of the earlier in core memory, which is in the archive", async (context) => {
  const memos = await controlled(context);
  await memos.add("I live in Lisbon.", ANA, derived);
  await memos.add("I live in Porto.", ANA, derived);
  assert.deepEqual(await textsOf(memos, "core"), ["I live in Porto."]);
  const { cubes } = await memos.list(ANA, { types: ["core"], states: ["archived"] });
  assert.deepEqual(cubes.map(textOf), ["I live in Lisbon."]);
});

test("a tool, a document and an assistant write nothing into core memory", async (context) => {
  const memos = await controlled(context);
  const text = "My name is Ana, I'm a vegetarian and I live in Lisbon.";
  for (const origin of ["tool", "document", "assistant"] as const)
    await memos.add({ text, origin, type: "episodic" }, ANA, derived);
  assert.deepEqual(await textsOf(memos, "core"), []);
});

test("a message that tells how something is done is taken for procedural as it stands", async (context) => {
  const memos = await controlled(context);
  const text = "To release: 1. run the tests 2. tag the commit 3. publish the package. Never skip the tests.";
  const { written } = await memos.add({ text, origin: "assistant" }, ANA, derived);
  const cube = await memos.get(written[0]?.id ?? "", ANA);
  assert.equal(cube.type, "procedural");
  assert.equal(textOf(cube), text);
  const { versions } = await memos.history(cube.id, ANA);
  assert.equal(versions.at(-1)?.actor, CONTROLLER);
});

test("to forget what was said for good takes along what was made of it", async (context) => {
  const memos = await controlled(context);
  const { written } = await memos.add("I'm a vegetarian and I live in Lisbon.", ANA, derived);
  assert.equal((await textsOf(memos, "core")).length, 1);
  await memos.forgetting.forget({ ids: [written[0]?.id ?? ""] }, ANA, { mode: "purge" });
  assert.deepEqual(await textsOf(memos, "core"), []);
});

test("messages wait for a batch, and are read together when it is full", async (context) => {
  const memos = await controlled(context, { batch: { turns: 3, idleMs: 3_600_000 } });
  await memos.add("I live in Lisbon.", ANA);
  await memos.add("I'm a vegetarian.", ANA);
  await memos.settled();
  assert.deepEqual((await memos.traces.list(ANA)).traces, []);
  await memos.add("I work as a nurse.", ANA);
  await memos.settled();
  const { traces } = await memos.traces.list(ANA);
  assert.deepEqual(
    traces.map(({ read }) => read.length),
    [3],
  );
});

test("what waits is read at once when it is asked for", async (context) => {
  const memos = await controlled(context, { batch: { idleMs: 3_600_000 } });
  await memos.add("I live in Lisbon.", ANA);
  await memos.settled({ hurry: true });
  assert.deepEqual(await textsOf(memos, "core"), ["I live in Lisbon."]);
});

test("what waited when the process ended is read by the next one", async (context) => {
  const path = await mkdtemp(join(tmpdir(), "memos-controller-"));
  context.after(() => rm(path, { recursive: true, force: true }));
  const first = await MemOS.open({ path, reader: controller({ batch: { idleMs: 3_600_000 } }) });
  await first.add("I live in Lisbon.", ANA);
  await first.close();
  const second = await controlled(context, { batch: { idleMs: 0 } }, { path });
  await second.settled();
  assert.deepEqual(await textsOf(second, "core"), ["I live in Lisbon."]);
});

test("one user's messages are never read together with another's", async (context) => {
  const memos = await controlled(context, { batch: { idleMs: 3_600_000 } });
  const tom = { tenant: "t", user: "tom" };
  await memos.add("I live in Lisbon.", ANA);
  await memos.add("I live in Oslo.", tom);
  await memos.add("I'm a vegetarian.", ANA);
  await memos.settled({ hurry: true });
  const traces = [await memos.traces.list(ANA), await memos.traces.list(tom)];
  assert.deepEqual(
    traces.map(({ traces: [one] }) => one?.read.length),
    [2, 1],
  );
});

test("options that make no sense are refused", () => {
  assert.throws(() => controller({ batch: { turns: 0 } }), { code: "INVALID_INPUT" });
  assert.throws(() => controller({ batch: { idleMs: -1 } }), { code: "INVALID_INPUT" });
});

test("what nobody in particular says takes the place of nothing that a user or an agent has said", async (context) => {
  const memos = await controlled(context);
  await memos.add("I live in Lisbon.", ANA, derived);
  await memos.add("I live in Porto.", { ...ANA, agent: "helper" }, derived);
  await memos.add("I live in Oslo.", { tenant: ANA.tenant }, derived);
  assert.deepEqual((await textsOf(memos, "core")).sort(), ["I live in Lisbon.", "I live in Porto."]);
});

test("a process that ends in a batch makes the rest of it the next time, and nothing twice", async (context) => {
  const memos = await controlled(context);
  const add = memos.add.bind(memos);
  let tries = 0;
  // The process ends as a memory is to be written, then as soon as it is.
  memos.add = async (...args: Parameters<typeof add>) => {
    if ((args[0] as { actor?: string }).actor !== CONTROLLER || ++tries > 2) return add(...args);
    if (tries === 2) await add(...args);
    throw new Error("ended");
  };
  await add("Rui works for Acme. The plan is at https://example.org/plan and Rui lives in Porto.", ANA);
  for (const message of ["Bo works for Acme.", "It rains.", "It still rains."]) {
    await memos.settled({ hurry: true });
    await add(message, ANA);
  }
  assert.equal(tries, 2);
  assert.deepEqual(await textsOf(memos, "semantic"), ["Rui works for Acme."]);
  assert.equal((await textsOf(memos, "resource")).length, 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ChatReceipt, OpenOptions } from "../../../memos/index.js";
import { withGrant } from "../governance/support.js";
import { allOf, collect, gate, type Lifetime, openMemos, refused, remember, textIn } from "../support.js";
import { ask, ListeningEngine, times } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };
const MONDAY = { session: "monday" };

async function open(t: Lifetime, options: Partial<OpenOptions> = {}) {
  const engine = new ListeningEngine();
  return { ...(await openMemos(t, { engine, upkeep: false, ...options })), engine };
}

/** What the last message of a prompt says. */
function lastMessage({ requests }: ListeningEngine): string {
  return requests.at(-1)?.messages.at(-1)?.content ?? "";
}

test("every prompt of a session is the beginning of the next", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, { text: "Answer briefly.", type: "core" }, ANA);
  await remember(memos, "The walrus is called Otto.", ANA);
  await remember(memos, "The pelican is called Emma.", ANA);
  const questions = ["Who is the walrus?", "Who is the pelican?", "What else?", "And then?", "Is that all?"];
  for (const question of questions) {
    engine.answer = `An answer to: ${question}`;
    await ask(memos, question, ANA, MONDAY);
  }
  for (const [index, prompt] of engine.prompts.slice(1).entries()) {
    const before = engine.prompts[index] as string;
    assert.ok(prompt.startsWith(before), `prompt ${index + 1}`);
    assert.ok(prompt.slice(before.length).includes(`An answer to: ${questions[index]}`));
  }
});

test("what was recalled once is not given again, and what has changed since is", async (t) => {
  const { memos, engine } = await open(t);
  const id = await remember(memos, "The walrus is called Otto.", ANA);
  const first = await ask(memos, "Who is the walrus?", ANA, MONDAY);
  assert.deepEqual(
    first.recalled.map((item) => item.id),
    [id],
  );
  const second = await ask(memos, "Is the walrus well?", ANA, MONDAY);
  assert.deepEqual(second.recalled, []);
  assert.equal(times("called Otto", engine.lastPrompt), 1);
  await memos.update(id, { text: "The walrus is called Hugo." }, ANA);
  const third = await ask(memos, "Who is the walrus?", ANA, MONDAY);
  assert.deepEqual(
    third.recalled.map((item) => item.id),
    [id],
  );
  assert.match(lastMessage(engine), /called Hugo/);
  assert.equal(times("called Otto", engine.lastPrompt), 1, "what was said stays said");
});

test("turns are remembered with their session, and are not recalled into the window that they stand in", async (t) => {
  const { memos, engine } = await open(t);
  engine.answer = "The walrus weighs a ton.";
  const { remembered } = await ask(memos, "How heavy is the walrus?", ANA, MONDAY);
  const kept = await allOf(memos, { ...ANA, ...MONDAY });
  assert.deepEqual(
    kept.map((cube) => cube.id),
    remembered,
  );
  assert.deepEqual(
    kept.map((cube) => [cube.provenance.origin, textIn(cube)]),
    [
      ["user", "How heavy is the walrus?"],
      ["assistant", "The walrus weighs a ton."],
    ],
  );
  const again = await ask(memos, "How heavy is the walrus, again?", ANA, MONDAY);
  assert.deepEqual(again.recalled, []);
  assert.equal(times("weighs a ton", engine.lastPrompt), 1);
  const elsewhere = await ask(memos, "How heavy is the walrus?", ANA, { session: "tuesday" });
  assert.ok(elsewhere.recalled.some(({ id }) => remembered.includes(id)));
  assert.match(lastMessage(engine), /weighs a ton/);
});

test("a session goes on in another process from what is remembered", async (t) => {
  const { memos, path } = await open(t);
  await ask(memos, "The walrus weighs a ton.", ANA, MONDAY);
  await memos.close();
  const { memos: next, engine } = await open(t, { path });
  await ask(next, "How heavy is the walrus?", ANA, MONDAY);
  assert.equal(engine.requests[0]?.messages.length, 2, "a prompt of its own");
  assert.match(lastMessage(engine), /weighs a ton/);
});

test("without a session each message stands alone, and is remembered all the same", async (t) => {
  const { memos, engine } = await open(t);
  for (const message of ["Good morning.", "Good evening."]) {
    const receipt = await ask(memos, message, ANA);
    assert.equal(receipt.session, undefined);
    assert.equal(receipt.remembered.length, 2);
    assert.deepEqual(
      engine.requests.at(-1)?.messages.map(({ role }) => role),
      ["system", "user"],
    );
  }
});

test("the session of the scope counts, and one that is named goes before it", async (t) => {
  const { memos } = await open(t);
  const id = await remember(memos, "It is a good morning for the walrus.", ANA);
  const scoped = await ask(memos, "Good morning.", { ...ANA, session: "scoped" });
  assert.equal(scoped.session, "scoped");
  assert.ok(
    scoped.recalled.some((item) => item.id === id),
    "what is remembered outside it is recalled",
  );
  assert.equal((await ask(memos, "Good day.", { ...ANA, session: "scoped" }, MONDAY)).session, "monday");
  assert.equal((await allOf(memos, { ...ANA, session: "scoped" })).length, 2);
  assert.equal((await allOf(memos, { ...ANA, ...MONDAY })).length, 2);
});

test("nothing is written of a message that is not to be remembered, and the session knows it", async (t) => {
  const { memos, engine } = await open(t);
  const receipt = await ask(memos, "Call me Otto.", ANA, { ...MONDAY, remember: false });
  assert.deepEqual(receipt.remembered, []);
  assert.deepEqual(await allOf(memos, ANA), []);
  await ask(memos, "What do I want to be called?", ANA, { ...MONDAY, remember: false });
  assert.equal(times("Call me Otto.", engine.lastPrompt), 1);
});

test("two messages at once in a session take turns; in two sessions they do not", async (t) => {
  const { memos, engine } = await open(t);
  const [begun, go] = [gate(), gate()];
  engine.midway = () => {
    engine.midway = () => undefined;
    begun.open();
    return go.opened;
  };
  const first = ask(memos, "First.", ANA, MONDAY);
  await begun.opened;
  let finished = false;
  const second = ask(memos, "Second.", ANA, MONDAY).then((receipt) => {
    assert.ok(finished);
    return receipt;
  });
  await ask(memos, "Elsewhere.", ANA, { session: "tuesday" });
  assert.equal(engine.prompts.length, 2);
  finished = true;
  go.open();
  await Promise.all([first, second]);
  const [prompt] = engine.prompts;
  assert.ok(engine.prompts[2]?.startsWith(prompt as string));
});

test("who waits for a turn can leave, and so can who has it", async (t) => {
  const { memos, engine } = await open(t);
  const [begun, go] = [gate(), gate()];
  engine.midway = () => {
    begun.open();
    return go.opened;
  };
  const held = memos.chat("First.", ANA, MONDAY);
  await held.next();
  await held.next();
  const stop = new AbortController();
  const waiting = ask(memos, "Second.", ANA, { ...MONDAY, signal: stop.signal });
  await nextTurn();
  stop.abort();
  await assert.rejects(waiting, refused("ABORTED"));
  await held.return();
  engine.midway = () => undefined;
  await ask(memos, "Third.", ANA, MONDAY);
  assert.equal(engine.prompts.length, 2);
  assert.deepEqual((await allOf(memos, ANA)).map(textIn), ["Third.", "Yes."]);
});

test("principals, users, tenants and instructions do not meet in a session of one name", async (t) => {
  const { memos, engine } = await open(t);
  const bot = { tenant: "acme", kind: "agent", id: "bot" } as const;
  await memos.governance.createPrincipal(bot);
  await memos.governance.grant({
    principal: { kind: "agent", id: "bot" },
    space: ANA,
    actions: ["read", "write"],
    visibility: "all",
  });
  const quiet = { ...MONDAY, remember: false };
  const others: (() => Promise<ChatReceipt>)[] = [
    () => ask(memos, "The word is walrus.", ANA, quiet),
    () => ask(memos.as(bot), "Which word?", ANA, quiet),
    () => ask(memos, "Which word?", { tenant: "acme", user: "ben" }, quiet),
    () => ask(memos, "Which word?", { tenant: "globex", user: "ana" }, quiet),
    () => ask(memos, "Which word?", { ...ANA, agent: "bot" }, quiet),
    () => ask(memos, "Which word?", ANA, { ...quiet, instructions: "Be brief." }),
  ];
  for (const other of others) await other();
  for (const prompt of engine.prompts.slice(1)) assert.ok(!prompt.includes("walrus"));
  await ask(memos, "Which word?", ANA, quiet);
  assert.ok(engine.lastPrompt.includes("walrus"));
});

test("what is purged is in no prompt of a session any more, whoever has purged it, and whenever", async (t) => {
  const { memos, engine, path } = await open(t);
  const { memos: other } = await open(t, { path });
  for (const actor of [memos, other]) {
    const id = await remember(memos, "The walrus is called Otto.", ANA);
    await ask(memos, "Who is the walrus?", ANA, { ...MONDAY, remember: false });
    assert.ok(engine.lastPrompt.includes("Otto"));
    await actor.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
    await ask(memos, "And now?", ANA, { ...MONDAY, remember: false });
    assert.ok(!engine.lastPrompt.includes("Otto"));

    // While the answer is being given.
    const next = await remember(memos, "The walrus is called Hugo.", ANA);
    const { dropped } = engine;
    engine.midway = () => actor.forgetting.forget({ ids: [next] }, ANA, { mode: "purge" });
    await ask(memos, "Who is the walrus?", ANA, { ...MONDAY, remember: false });
    engine.midway = () => undefined;
    assert.ok(engine.lastPrompt.includes("Hugo"));
    assert.ok(engine.dropped > dropped);
    await ask(memos, "And now?", ANA, { ...MONDAY, remember: false });
    assert.ok(!engine.lastPrompt.includes("Hugo"));
  }
});

test("when the window is full the oldest turns go, and can be recalled again", async (t) => {
  class SmallEngine extends ListeningEngine {
    override async model() {
      return { ...(await super.model()), contextTokens: 3_000 };
    }
  }
  const engine = new SmallEngine();
  const { memos } = await openMemos(t, { engine, upkeep: false });
  await ask(memos, `The walrus is called Otto. ${"Blah. ".repeat(60)}`, ANA, MONDAY);
  let dropped = 0;
  for (let turn = 0; dropped === 0; turn++) {
    assert.ok(turn < 20);
    ({ dropped } = await ask(memos, `${turn} ${"word ".repeat(80)}`, ANA, { ...MONDAY, remember: false }));
    assert.ok(engine.lastPrompt.length <= 3_000 - 512);
  }
  assert.ok(!engine.lastPrompt.includes("called Otto"));
  const { recalled } = await ask(memos, "Who is the walrus?", ANA, { ...MONDAY, remember: false });
  assert.ok(recalled.length > 0);
  assert.ok(engine.lastPrompt.includes("called Otto"));
});

test("a stream that is left early ends the engine's", async (t) => {
  const { memos, engine } = await open(t);
  let ended = false;
  const generate = engine.generate.bind(engine);
  engine.generate = async function* (request) {
    try {
      yield* generate(request);
    } finally {
      ended = true;
    }
  };
  for await (const event of memos.chat("Hello.", ANA, MONDAY)) if (event.kind === "text") break;
  assert.equal(ended, true);
  assert.deepEqual(await allOf(memos, ANA), []);
  assert.equal((await collect(memos.chat("Hello.", ANA, MONDAY))).length, 3);
});

test("who may read less than before begins a session anew", async (t) => {
  const { memos, engine } = await open(t);
  await remember(memos, "The walrus is called Otto.", ANA);
  const { view, grant } = await withGrant(
    memos,
    { tenant: "acme", kind: "agent", id: "helper" },
    { space: ANA, actions: ["read", "write"], visibility: "all" },
  );
  await ask(view, "Who is the walrus?", ANA, MONDAY);
  assert.match(engine.lastPrompt, /Otto/);
  await memos.governance.grant({
    principal: grant.principal,
    space: ANA,
    actions: ["read", "write"],
    reason: "shared only",
  });
  await memos.governance.revoke(grant.id, "acme");
  await ask(view, "And the seal?", ANA, { ...MONDAY, remember: false });
  assert.doesNotMatch(engine.lastPrompt, /Otto/);
});

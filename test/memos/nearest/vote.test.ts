import assert from "node:assert/strict";
import { test } from "node:test";
import { NEAREST_LIMITS, NoneEmbedder, StaticEmbedder } from "../../../memos/index.js";
import { withGrant } from "../governance/support.js";
import { openMemos, refused, remember, WordEmbedder } from "../support.js";

const ANA = { tenant: "acme", user: "ana" };

const PETS = ["Feed the cat at noon.", "The cat wants food.", "Give the dog its dinner.", "Walk the dog."];
const BILLS = ["Pay the gas bill.", "The invoice is due.", "Transfer the rent.", "Pay the invoice today."];

const labelled = (text: string, label: string | number) => ({ text, metadata: { label } });
const EXAMPLES = [
  ...PETS.map((text) => labelled(text, "pets")),
  ...BILLS.map((text) => labelled(text, "bills")),
];

test("labelled memories vote about a text, and those that decided are cited", async (t) => {
  const { memos } = await openMemos(t, { embedder: await StaticEmbedder.load() });
  await memos.add(EXAMPLES, ANA);
  await memos.add("The invoice of the dog.", ANA);
  const { label, confidence, votes, examples, receipt } = await memos.nearest("Who feeds the cat?", ANA, {
    k: 3,
  });
  assert.equal(label, "pets");
  assert.equal(confidence, votes[0]?.share);
  assert.deepEqual(
    votes.map((vote) => vote.label),
    ["pets", "bills"],
  );
  assert.ok(Math.abs(votes.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-6);
  assert.equal(examples.length, 3);
  for (const { cube, text, span } of examples) {
    const { payload } = await memos.get(cube, ANA);
    assert.equal(payload.kind === "plaintext" && payload.text.slice(...span), text);
  }
  assert.deepEqual([receipt.examples, receipt.labels, receipt.llmCalls], [8, 2, 0]);
});

test("many examples in one memory vote as examples of their own", async (t) => {
  const { memos } = await openMemos(t);
  const list = EXAMPLES.map(({ text, metadata }) => `${text}\nlabel: ${metadata.label}\n`).join("\n");
  await memos.add(list, ANA);
  const { label, examples, receipt } = await memos.nearest("Pay the bill.", ANA, { k: 1 });
  assert.equal(label, "bills");
  assert.equal(receipt.examples, 8);
  assert.equal(list.slice(...(examples[0]?.span ?? [0, 0])), examples[0]?.text);
});

test("without examples no label is known", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add("The cat sleeps.", ANA);
  const { label, confidence, votes, examples } = await memos.nearest("Where is the cat?", ANA);
  assert.deepEqual(
    { label, confidence, votes, examples },
    { label: null, confidence: 0, votes: [], examples: [] },
  );
});

test("nothing votes about a text that is like no example", async (t) => {
  const { memos } = await openMemos(t, { embedder: new NoneEmbedder() });
  await memos.add(labelled("zebra crossing", "street"), ANA);
  const { label, confidence, votes, examples, receipt } = await memos.nearest("quantum chromodynamics", ANA);
  assert.deepEqual([label, confidence, votes, examples], [null, 0, [], []]);
  assert.equal(receipt.examples, 1);
  assert.equal((await memos.nearest("zebra", ANA)).label, "street");
});

test("what is added, changed and forgotten counts at the next question", async (t) => {
  const { memos } = await openMemos(t);
  const ask = async () => (await memos.nearest("zebra crossing", ANA)).label;
  assert.equal(await ask(), null);
  const id = await remember(memos, labelled("zebra crossing", "street"), ANA);
  assert.equal(await ask(), "street");
  await memos.update(id, { metadata: { label: "animal" } }, ANA);
  assert.equal(await ask(), "animal");
  await memos.forget(id, ANA);
  assert.equal(await ask(), null);
});

test("what is purged votes no more", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(memos, labelled("zebra crossing", "street"), ANA);
  assert.equal((await memos.nearest("zebra", ANA)).label, "street");
  await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  const { label, examples } = await memos.nearest("zebra", ANA);
  assert.deepEqual([label, examples], [null, []]);
});

test("after a purge nothing that was learned before is kept, whoever asks next", async (t) => {
  const embedder = new WordEmbedder();
  const { memos } = await openMemos(t, { embedder });
  const rui = { ...ANA, user: "rui" };
  await memos.add(EXAMPLES, rui);
  const id = await remember(memos, labelled("zebra crossing", "street"), ANA);
  const asked = async () => {
    const before = embedder.passages;
    await memos.nearest("Walk the dog", rui);
    return embedder.passages - before;
  };
  await asked();
  // The question and its beginning.
  assert.equal(await asked(), 2);
  await memos.forgetting.forget({ ids: [id] }, ANA, { mode: "purge" });
  assert.equal(await asked(), 2 + 2 * EXAMPLES.length);
  assert.equal(await asked(), 2);
});

test("other users and tenants have examples of their own", async (t) => {
  const { memos } = await openMemos(t);
  const globex = { tenant: "globex", user: "ana" };
  await memos.add(labelled("zebra crossing", "street"), ANA);
  await memos.add(labelled("zebra crossing", "secret"), globex);
  await memos.add(labelled("zebra crossing", "private"), { ...ANA, user: "rui" });
  for (const [scope, label] of [
    [ANA, "street"],
    [globex, "secret"],
    [ANA, "street"],
  ] as const) {
    const answer = await memos.nearest("zebra crossing", scope);
    assert.deepEqual(
      answer.votes.map((vote) => vote.label),
      [label],
    );
  }
  assert.equal((await memos.nearest("zebra crossing", { tenant: "initech" })).label, null);
});

test("an example that a principal may not see does not vote for it", async (t) => {
  const { memos } = await openMemos(t);
  await memos.add(labelled("zebra crossing", "street"), ANA);
  await memos.add({ ...labelled("zebra crossing", "hidden"), governance: { sensitivity: "secret" } }, ANA);
  const { view } = await withGrant(
    memos,
    { tenant: "acme", kind: "agent", id: "reader" },
    { space: ANA, actions: ["read"], visibility: "all" },
  );
  const seen = async (reader: typeof memos) =>
    (await reader.nearest("zebra crossing", ANA)).votes.map(({ label }) => label).sort();
  assert.deepEqual(await seen(memos), ["hidden", "street"]);
  assert.deepEqual(await seen(view), ["street"]);
});

test("the past is asked about as it was", async (t) => {
  const { memos } = await openMemos(t);
  const id = await remember(memos, labelled("zebra crossing", "street"), ANA);
  const { time } = await memos.get(id, ANA);
  await memos.add(labelled("zebra crossing", "animal"), ANA);
  const before = await memos.nearest("zebra crossing", ANA, { asOf: time.recordedAt });
  assert.equal(
    before.votes.some(({ label }) => label === "street"),
    true,
  );
  assert.equal((await memos.nearest("zebra crossing", ANA, { asOf: "2001-01-01" })).label, null);
});

test("the same memories give the same answer in every store", async (t) => {
  const answers = await Promise.all(
    [1, 2].map(async () => {
      const { memos } = await openMemos(t);
      await memos.add(EXAMPLES, ANA);
      const { label, votes, examples } = await memos.nearest("Pay for the dog food today", ANA);
      return { label, votes, examples: examples.map(({ text, similarity }) => [text, similarity]) };
    }),
  );
  assert.deepEqual(answers[0], answers[1]);
});

test("a failing embedder leaves the words, says so, and is asked again", async (t) => {
  let fails = false;
  const embedder = new WordEmbedder({
    before: () => {
      if (fails) throw new Error("gone");
    },
  });
  const { memos } = await openMemos(t, { embedder });
  await memos.add(EXAMPLES, ANA);
  fails = true;
  const { label, receipt } = await memos.nearest("Walk the dog", ANA);
  assert.equal(label, "pets");
  assert.equal(receipt.warnings[0]?.code, "EMBEDDER_FAILED");
  fails = false;
  assert.deepEqual((await memos.nearest("Walk the dog", ANA)).receipt.warnings, []);
});

test("examples of more labels than can vote are left out, and the receipt says so", async (t) => {
  const { memos } = await openMemos(t, { embedder: new NoneEmbedder() });
  const list = Array.from({ length: NEAREST_LIMITS.labels + 1 }, (_, at) => `word${at}\nlabel: ${at}\n`);
  await memos.add(list.join("\n"), ANA);
  const { label, votes, receipt } = await memos.nearest("word7", ANA);
  assert.equal(label, "7");
  assert.equal(votes.length, 10);
  assert.equal(receipt.labels, NEAREST_LIMITS.labels);
  assert.equal(receipt.warnings[0]?.code, "EXAMPLES_LEFT_OUT");
});

test("what is written in another scope, or is no memory, leaves the answer as it is", async (t) => {
  const embedder = new WordEmbedder();
  const { memos } = await openMemos(t, { embedder });
  await memos.add(EXAMPLES, ANA);
  const before = await memos.nearest("Walk the dog", ANA);
  await memos.add("The cat is mine.", { ...ANA, user: "rui" });
  const embedded = embedder.passages;
  const again = await memos.nearest("Walk the dog", ANA);
  assert.deepEqual(again.votes, before.votes);
  // The question and its beginning: the examples were not read again.
  assert.equal(embedder.passages - embedded, 2);
});

test("questions that are none are refused", async (t) => {
  const { memos } = await openMemos(t);
  await assert.rejects(memos.nearest(" ", ANA), refused("INVALID_INPUT"));
  await assert.rejects(memos.nearest("cat", ANA, { k: 0 }), refused("INVALID_INPUT"));
  await assert.rejects(memos.nearest("cat", ANA, { k: 101 }), refused("INVALID_INPUT"));
  await assert.rejects(memos.nearest("cat", ANA, { signal: AbortSignal.abort() }), refused("ABORTED"));
});

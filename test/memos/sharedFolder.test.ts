import assert from "node:assert/strict";
import { test } from "node:test";
import { allOf, collect, found, openMemos, remember, WordEmbedder } from "./support.js";

const ANA = { tenant: "acme", user: "ana" };

test("two memories on one folder see at once what the other has written", async (t) => {
  const { memos: one, path } = await openMemos(t);
  const { memos: two } = await openMemos(t, { path });
  for (let n = 0; n < 20; n++) {
    const [writer, reader] = n % 2 === 0 ? [one, two] : [two, one];
    const id = await remember(writer, `The token is alpha${n}.`, ANA);
    assert.deepEqual(await found(reader, `alpha${n}`, ANA), [`The token is alpha${n}.`]);
    await reader.update(id, { text: `The token is beta${n}.` }, ANA);
    assert.deepEqual(await found(writer, `alpha${n}`, ANA), []);
    assert.deepEqual(await found(writer, `beta${n}`, ANA), [`The token is beta${n}.`]);
  }
});

test("two memories that write at the same time both succeed with everything", async (t) => {
  const { memos: one, path } = await openMemos(t);
  const { memos: two } = await openMemos(t, { path });
  const texts = Array.from({ length: 60 }, (_, n) => `note ${n}`);
  await Promise.all(texts.map((text, n) => (n % 2 === 0 ? one : two).add(text, ANA)));
  for (const memos of [one, two]) {
    assert.equal((await allOf(memos, ANA)).length, texts.length);
    assert.equal((await found(memos, "note", ANA, { k: 100 })).length, texts.length);
  }
});

test("a memory that has slept through thousands of the other's writes misses none of them", async (t) => {
  const embedder = new WordEmbedder({ dimension: 0 });
  const { memos: one, path } = await openMemos(t, { embedder });
  const { memos: two } = await openMemos(t, { path, embedder });
  await one.add("The walrus is grey.", ANA);
  assert.equal((await found(two, "walrus", ANA)).length, 1);
  const texts = Array.from({ length: 5_500 }, (_, n) => `note ${n}`);
  await collect(one.addMany(texts, ANA));
  for (const text of ["note 0", "note 2750", "note 5499", "The walrus is grey."])
    assert.equal((await found(two, text.split(" ")[1] ?? "", ANA))[0], text);
  await two.add("The pelican is white.", ANA);
  assert.deepEqual(await found(one, "pelican", ANA), ["The pelican is white."]);
});

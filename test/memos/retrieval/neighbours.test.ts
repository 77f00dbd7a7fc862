import assert from "node:assert/strict";
import { after, test } from "node:test";
import { found, inBothTiers, openMemos, openStore, remember } from "../support.js";

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);
let sessions = 0;

function newSession() {
  return { tenant: "acme", user: "ana", session: `session ${++sessions}` };
}

test("a turn is found by what stands beside it, after the turn that says it itself", async () => {
  const session = newSession();
  await memos.add(["My sister has adopted a walrus.", "Her name is Zelda.", "And how old is she?"], session);
  await inBothTiers(store, async () => {
    const texts = await found(memos, "walrus", session);
    assert.equal(texts[0], "My sister has adopted a walrus.");
    assert.deepEqual(texts.slice(1).sort(), ["And how old is she?", "Her name is Zelda."]);
    assert.equal(
      (await found(memos, "walrus Zelda", session))[0],
      "Her name is Zelda.",
      "it says one and is beside the other",
    );
  });
});

test("a turn further away is not found", async () => {
  const session = newSession();
  await memos.add(["A pelican came by.", "Oh.", "I see.", "What else is new?"], session);
  await inBothTiers(store, async () => {
    assert.ok(!(await found(memos, "pelican", session)).includes("What else is new?"));
  });
});

test("texts without a session, or of another, are no neighbours", async () => {
  const scope = { tenant: "acme", user: "ben" };
  await memos.add(["An oboe was played.", "It was loud."], scope);
  await memos.add("Out of tune, too.", { ...scope, session: "other" });
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "oboe", scope), ["An oboe was played."]);
  });
});

test("turns are neighbours also when they arrive one by one", async () => {
  const session = newSession();
  for (const text of ["We bought saffron.", "It was dear."]) {
    await memos.add(text, session);
    await inBothTiers(store, async () => {});
  }
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "saffron", session), ["We bought saffron.", "It was dear."]);
    assert.deepEqual(await found(memos, "dear", session), ["It was dear.", "We bought saffron."]);
  });
});

test("a turn that changes or is forgotten is no help to find the others any more", async () => {
  const session = newSession();
  const changed = await remember(memos, "The tundra is wide.", session);
  await memos.add("So it is.", session);
  await inBothTiers(store, async () => {
    assert.equal((await found(memos, "tundra", session)).length, 2);
  });
  await memos.update(changed, { text: "The quartz is hard." }, session);
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "tundra", session), []);
    assert.equal((await found(memos, "quartz", session)).length, 2);
  });
  await memos.forget(changed, session);
  await inBothTiers(store, async () => {
    assert.deepEqual(await found(memos, "quartz", session), []);
    assert.deepEqual(await found(memos, "So it is", session), ["So it is."]);
  });
});

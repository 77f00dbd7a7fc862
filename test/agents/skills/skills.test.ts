import assert from "node:assert/strict";
import { test } from "node:test";
import { procedural, skills } from "../../../agents/index.js";
import { searchMemory } from "../../../agents/tools/index.js";
import type { MemOS } from "../../../memos/index.js";
import { openMemos, refused } from "../../memos/support.js";

const ANA = { tenant: "t", user: "ana" };

async function withSkills(t: Parameters<typeof openMemos>[0]) {
  const { memos } = await openMemos(t);
  const add = async (name: string) => {
    const draft = procedural.draft({
      name,
      kind: "workflow",
      preconditions: ["the tests pass"],
      steps: [`Build the ${name}`, "Push it"],
    });
    const { written } = await memos.add({ ...draft, text: draft.text ?? "", type: "procedural" }, ANA);
    return written[0]?.id ?? "";
  };
  return { memos, site: await add("site"), image: await add("image") };
}

async function used(memos: MemOS, id: string, worked: number, failed: number) {
  for (let at = 0; at < worked; at++) await skills(memos).outcome(id, "worked", ANA);
  for (let at = 0; at < failed; at++) await skills(memos).outcome(id, "failed", ANA);
}

test("a skill is listed with its steps and what its outcomes say of the next time", async (t) => {
  const { memos, site } = await withSkills(t);
  await used(memos, site, 5, 1);
  const [first] = await skills(memos).list(ANA);
  assert.equal(first?.id, site);
  assert.deepEqual(first?.steps, ["Build the site", "Push it"]);
  assert.deepEqual(first?.preconditions, ["the tests pass"]);
  assert.equal(first?.estimate.worked, 5);
  assert.equal(first?.estimate.failed, 1);
  assert.equal(first?.estimate.mean, 0.75);
  assert.ok(Math.abs((first?.estimate.low ?? 0) - 0.47929703) < 1e-7);
});

test("one that worked nine times of ten stands before one that worked once", async (t) => {
  const { memos, site, image } = await withSkills(t);
  await used(memos, image, 1, 0);
  await used(memos, site, 9, 1);
  assert.deepEqual(
    (await skills(memos).list(ANA)).map(({ id }) => id),
    [site, image],
  );
  assert.deepEqual(
    (await skills(memos).list(ANA, { limit: 1 })).map(({ id }) => id),
    [site],
  );
});

test("that it is outdated says nothing of how it went, and is shown", async (t) => {
  const { memos, site } = await withSkills(t);
  await memos.lifecycle.feedback(site, "outdated", ANA);
  const skill = (await skills(memos).list(ANA)).find(({ id }) => id === site);
  assert.equal(skill?.estimate.outdated, 1);
  assert.equal(skill?.estimate.mean, 0.5);
});

test("a model that finds a skill is told how often it worked", async (t) => {
  const { memos, site } = await withSkills(t);
  await used(memos, site, 1, 5);
  const found = await searchMemory.execute({ query: "build the site", limit: 5 }, { memos, scope: ANA });
  assert.match(JSON.stringify(found), /worked 1 of 6 times/);
  const { text } = await memos.recall("build the site", ANA, { budget: 400 });
  assert.match(text, /worked 1 of 6 times · site/);
  assert.doesNotMatch(text, /worked 0 of/);
});

test("outcomes are of skills of the own scope alone", async (t) => {
  const { memos, site } = await withSkills(t);
  const ben = { tenant: "t", user: "ben" };
  const elsewhere = { tenant: "u", user: "ana" };
  await assert.rejects(skills(memos).outcome(site, "worked", ben), refused("NOT_FOUND"));
  await assert.rejects(skills(memos).outcome(site, "worked", elsewhere), refused("NOT_FOUND"));
  assert.deepEqual(await skills(memos).list(ben), []);
  assert.deepEqual(await skills(memos).list(elsewhere), []);
  const { written } = await memos.add("Ana lives in Lisbon.", ANA);
  await assert.rejects(skills(memos).outcome(written[0]?.id ?? "", "worked", ANA), refused("INVALID_INPUT"));
  await assert.rejects(skills(memos).outcome(site, "maybe" as "worked", ANA), refused("INVALID_INPUT"));
});

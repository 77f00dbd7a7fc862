import assert from "node:assert/strict";
import { after, test } from "node:test";
import { GRAPH_LIMITS, type Scope } from "../../../memos/index.js";
import { openMemos, refused, remember, textIn, UNKNOWN_ID } from "../support.js";

const { memos } = await openMemos({ after });

/** The same names in memories of different owners, which say different things. */
const OWNERS: readonly { scope: Scope; where: string }[] = [
  { scope: { tenant: "acme", user: "ana" }, where: "Porto" },
  { scope: { tenant: "acme", user: "ben" }, where: "Faro" },
  { scope: { tenant: "globex", user: "ana" }, where: "Braga" },
];
const mine = await Promise.all(
  OWNERS.map(async ({ scope, where }) => ({
    scope,
    where,
    ids: [
      await remember(memos, `Keiko Mori lives in ${where}.`, scope),
      await remember(memos, { text: `${where} is where the Blue Heron Press is.`, title: where }, scope),
      await remember(memos, "Keiko Mori reads what the Blue Heron Press prints.", scope),
    ],
  })),
);

for (const { scope, where, ids } of mine) {
  const who = `${scope.user} of ${scope.tenant}`;
  const others = OWNERS.map((other) => other.where).filter((other) => other !== where);
  const strangers = mine.flatMap((owner) => (owner.ids === ids ? [] : owner.ids));
  const saysNothingOfOthers = (answer: unknown) => {
    const text = JSON.stringify(answer);
    for (const stranger of [...others, ...strangers]) assert.ok(!text.includes(stranger), stranger);
  };

  test(`facts and entities of ${who} are their own`, async () => {
    const fact = await memos.graph.fact("Keiko Mori", "lives in", scope);
    assert.deepEqual(
      fact.history.map(({ object }) => object),
      [where],
    );
    const entity = await memos.graph.entity("Keiko Mori", scope);
    assert.deepEqual(entity.cubes.map(({ id }) => id).sort(), [ids[0], ids[2]].sort());
    saysNothingOfOthers([fact, entity]);
    for (const other of others) assert.deepEqual((await memos.graph.entity(other, scope)).cubes, []);
  });

  test(`neighbours, paths and the exported graph of ${who} are their own`, async () => {
    const [first, second, third] = ids as [string, string, string];
    const { neighbours } = await memos.graph.neighbours(third, scope, { limit: GRAPH_LIMITS.neighbours });
    assert.deepEqual(neighbours.map(({ cube }) => cube.id).sort(), [first, second].sort());
    const path = await memos.graph.path(first, second, scope);
    assert.notEqual(path.cost, null);
    const { graph } = await memos.graph.export(scope);
    assert.equal(graph.filterNodes((_, { kind }) => kind === "cube").length, 3);
    saysNothingOfOthers([neighbours, path, graph.export()]);
  });

  test(`a search of ${who} walks to nothing of anybody else`, async () => {
    const { hits } = await memos.search("What does Keiko Mori read of the press in her town?", scope, {
      k: 50,
    });
    assert.deepEqual(hits.map(({ cube }) => cube.id).sort(), [...ids].sort());
    assert.equal((await memos.recall("Keiko Mori", scope)).text.match(/Keiko/g)?.length, 2);
    saysNothingOfOthers(hits.map(({ cube }) => textIn(cube)));
  });

  test(`for ${who} a memory of somebody else is one that does not exist`, async () => {
    const messageOf = async (attempt: Promise<unknown>, id: string) => {
      const error = await attempt.then(
        () => assert.fail("it should have been refused"),
        (reason) => reason,
      );
      refused("NOT_FOUND")(error);
      return String(error.message).replaceAll(id, "…");
    };
    for (const stranger of strangers) {
      const calls = (id: string) => [
        memos.graph.neighbours(id, scope),
        memos.graph.path(id, ids[0] as string, scope),
        memos.graph.path(ids[0] as string, id, scope),
      ];
      assert.deepEqual(
        await Promise.all(calls(stranger).map((call) => messageOf(call, stranger))),
        await Promise.all(calls(UNKNOWN_ID).map((call) => messageOf(call, UNKNOWN_ID))),
      );
      await assert.rejects(
        memos.add({ text: "A link.", links: [{ to: stranger, kind: "link" }] }, scope),
        refused("INVALID_INPUT"),
      );
    }
  });
}

test("a whole tenant is seen by whoever asks without a user, and no other tenant", async () => {
  const { graph } = await memos.graph.export({ tenant: "acme" });
  const text = JSON.stringify(graph.export());
  assert.ok(text.includes("Porto") && text.includes("Faro"));
  assert.ok(!text.includes("Braga"));
});

test("users of one tenant share no entity, also in the view of the tenant", async () => {
  const { graph } = await memos.graph.export({ tenant: "acme" });
  const keikos = graph.filterNodes((_, { kind, label }) => kind === "entity" && label === "Keiko Mori");
  assert.equal(keikos.length, 2);
});

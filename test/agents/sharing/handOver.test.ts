import assert from "node:assert/strict";
import { test } from "node:test";
import { controller, endHandOver, handOver, handOvers, SHARING_LIMITS } from "../../../agents/index.js";
import type { MemOS, NewMemory } from "../../../memos/index.js";
import { allOf, found, foundIds, refused, remember, textIn, UNKNOWN_ID } from "../../memos/support.js";
import { agent, crewOf, TENANT } from "./support.js";

const OWN = { tenant: TENANT, agent: "planner" };
const MONDAY = { ...OWN, session: "monday" };
const BOTH = { tenant: TENANT, from: "planner", to: "writer" };

function planned(memos: MemOS, memory: string | NewMemory, scope = OWN): Promise<string> {
  return remember(memos, memory, scope);
}

test("the working memory of a session is read by the other, word for word, until it ends", async (t) => {
  const { memos, planner, writer } = await crewOf(t);
  const draft = await planned(planner, { text: "Draft of the walrus page.", type: "working" }, MONDAY);
  await planned(planner, { text: "A walrus of another day.", type: "working" }, {
    ...OWN,
    session: "friday",
  } as never);
  await planned(planner, "A walrus that is none of it.", OWN);
  const receipt = await handOver(memos, { ...BOTH, session: "monday" });
  assert.deepEqual(
    receipt.handed.map(({ of }) => of),
    [draft],
  );
  assert.deepEqual([receipt.left, receipt.replayed, receipt.llmCalls], [[], false, 0]);
  assert.deepEqual(await found(writer, "walrus", receipt.space), ["Draft of the walrus page."]);
  await assert.rejects(writer.search("walrus", OWN), refused("FORBIDDEN"));

  const ended = await endHandOver(planner, { tenant: TENANT, from: "planner", id: receipt.id });
  assert.deepEqual([ended.revoked.length, ended.forgotten], [1, 1]);
  await assert.rejects(writer.search("walrus", receipt.space), refused("FORBIDDEN"));
  assert.equal(textIn(await planner.get(draft, OWN)), "Draft of the walrus page.");
});

test("a copy keeps who said it, its origin, its times and how far it is trusted", async (t) => {
  const { memos, writer } = await crewOf(t, { reader: controller() });
  const owner = memos;
  const page = await remember(
    owner,
    { text: "I'm a vegetarian, says the page.", origin: "tool", actor: "browser", occurredAt: "2026-03-02" },
    OWN,
  );
  const derived = await remember(
    owner,
    {
      text: "The page is about a vegetarian.",
      origin: "inferred",
      sources: [{ cube: page, sha256: "0".repeat(64) }],
    },
    OWN,
  );
  const { handed, space } = await handOver(memos, { ...BOTH, cubes: [page, derived] });
  for (const { cube, of } of handed) {
    const [copy, original] = [await writer.get(cube, space), await memos.get(of, OWN)];
    assert.equal(copy.provenance.origin, original.provenance.origin);
    assert.equal(copy.provenance.actor, original.provenance.actor);
    assert.equal(memos.firewall.trustIn(copy), memos.firewall.trustIn(original));
    assert.deepEqual(
      copy.provenance.sources.map((source) => source.cube),
      [of],
    );
    assert.equal(copy.time.occurredAt, original.time.occurredAt ?? original.time.recordedAt);
  }
  const { text } = await writer.recall("vegetarian", space, { budget: 200 });
  assert.match(text, /browser \(tool\)/);
});

test("nothing is made of what was handed over: it was said to somebody else", async (t) => {
  const { memos } = await crewOf(t, { reader: controller() });
  const said = await remember(memos, { text: "I'm a vegetarian.", actor: "ana" }, OWN);
  await memos.settled({ hurry: true });
  const before = await allOf(memos, { tenant: TENANT });
  const { handed } = await handOver(memos, { ...BOTH, cubes: [said] });
  await memos.settled({ hurry: true });
  const made = (await allOf(memos, { tenant: TENANT })).length - before.length;
  assert.equal(made, handed.length);
  for (const { cube } of handed)
    assert.deepEqual((await memos.traces.list({ tenant: TENANT }, { cube })).traces, [], "it was not read");
});

test("what may not be handed over is left, with the reason", async (t) => {
  const { memos, crew, planner } = await crewOf(t, { vault: { key: "0".repeat(64) } });
  const elsewhere = await remember(
    planner,
    { text: "A shared walrus.", governance: { visibility: "shared" } },
    crew.space,
  );
  const foreign = await remember(memos, "A walrus of others.", { tenant: "other", agent: "planner" });
  const purged = await planned(planner, "A walrus that goes.");
  const archived = await planned(planner, "An old walrus.");
  const secret = await planned(planner, { text: "A secret walrus.", governance: { sensitivity: "secret" } });
  const value = await planned(planner, {
    text: "Door of the walrus",
    type: "vault",
    secret: "1234",
  } as never);
  const hidden = await planned(planner, "A private walrus.");
  const open = await planned(planner, { text: "An open walrus.", governance: { visibility: "shared" } });
  const named = await planned(planner, {
    text: "The walrus itself.",
    links: [
      { to: hidden, kind: "link" },
      { to: open, kind: "supports" },
      { to: secret, kind: "link" },
    ],
  });
  await memos.forgetting.forget({ ids: [purged] }, OWN, { mode: "purge" });
  await memos.lifecycle.archive(archived, OWN);
  const receipt = await handOver(memos, {
    ...BOTH,
    cubes: [named, elsewhere, foreign, purged, archived, value, UNKNOWN_ID],
  });
  assert.deepEqual(receipt.handed.map(({ of }) => of).sort(), [named, open].sort());
  const reasons = new Map(receipt.left.map(({ cube, reason }) => [cube, reason]));
  assert.equal(reasons.size, 8);
  for (const id of [elsewhere, foreign, purged, UNKNOWN_ID])
    assert.match(reasons.get(id) ?? "", /not in the agent's own space/);
  assert.match(reasons.get(archived) ?? "", /archived/);
  assert.match(reasons.get(secret) ?? "", /secret/);
  assert.match(reasons.get(value) ?? "", /vault/);
  assert.match(reasons.get(hidden) ?? "", /private/);

  const without = await handOver(memos, { ...BOTH, cubes: [named], linked: false });
  assert.deepEqual(
    without.handed.map(({ of }) => of),
    [named],
  );
});

test("the same request twice, also at once, is one hand-over; another one with its key is refused", async (t) => {
  const { memos, planner } = await crewOf(t);
  const walrus = await planned(planner, "The walrus.");
  const wanted = { ...BOTH, cubes: [walrus], idempotencyKey: "k1" };
  const [one, other] = await Promise.all([handOver(memos, wanted), handOver(planner, wanted)]);
  assert.deepEqual(one.handed, other.handed);
  const again = await handOver(memos, wanted);
  assert.deepEqual(again.handed, one.handed);
  assert.equal(again.replayed, true);
  assert.equal((await allOf(memos, OWN)).length, 2);
  // What was handed over stays what it was, whatever becomes of the original.
  await planner.update(walrus, { text: "The walrus has gone." }, OWN);
  assert.deepEqual((await handOver(memos, wanted)).handed, one.handed);

  const second = await planned(planner, "Another walrus.");
  await assert.rejects(handOver(memos, { ...wanted, cubes: [second] }), refused("IDEMPOTENCY_MISMATCH"));
  await endHandOver(memos, { tenant: TENANT, from: "planner", id: one.id });
  await assert.rejects(handOver(memos, wanted), refused("CONFLICT"));
});

test("the other gives it back, and nothing of it is left", async (t) => {
  const { memos, planner, writer } = await crewOf(t);
  const walrus = await planned(planner, "The walrus.");
  const { id, space } = await handOver(memos, { ...BOTH, cubes: [walrus] });
  const [before] = (await handOvers(planner, TENANT, "planner")).handOvers;
  assert.deepEqual([before?.state, before?.memories, before?.to], ["open", 1, "writer"]);
  const back = await endHandOver(writer, { tenant: TENANT, from: "planner", id });
  assert.deepEqual([back.forgotten, back.revoked], [1, []]);
  assert.deepEqual(await found(writer, "walrus", space), []);
  assert.equal((await handOvers(memos, TENANT, "planner")).handOvers[0]?.state, "given back");
});

test("nobody reads, changes, passes on or ends what was handed to somebody else", async (t) => {
  const { memos, crew, planner, writer } = await crewOf(t);
  await crew.join("stranger", { may: "write" });
  const stranger = memos.as(agent("stranger"));
  const walrus = await planned(planner, "The walrus.");
  const { id, space, handed } = await handOver(planner, { ...BOTH, cubes: [walrus] });
  const copy = handed[0]?.cube ?? "";
  await assert.rejects(stranger.search("walrus", space), refused("FORBIDDEN"));
  await assert.rejects(endHandOver(stranger, { tenant: TENANT, from: "planner", id }), refused("FORBIDDEN"));
  await assert.rejects(handOver(stranger, { ...BOTH, cubes: [walrus] }), refused("FORBIDDEN"));
  await assert.rejects(handOvers(stranger, TENANT, "planner"), refused("FORBIDDEN"));
  await assert.rejects(writer.update(copy, { text: "A lie." }, space), refused("FORBIDDEN"));
  await assert.rejects(writer.add("A lie.", space), refused("FORBIDDEN"));
  const passedOn = await handOver(writer, { tenant: TENANT, from: "writer", to: "stranger", cubes: [copy] });
  assert.deepEqual([passedOn.handed, passedOn.left.length], [[], 1]);
});

test("an agent that may not share its memory hands nothing over, and loses what it gave", async (t) => {
  const { memos, planner, writer } = await crewOf(t);
  const walrus = await planned(planner, "The walrus.");
  const { space } = await handOver(planner, { ...BOTH, cubes: [walrus] });
  assert.equal((await foundIds(writer, "walrus", space)).length, 1);
  const grants = await memos.governance.grants(OWN);
  const share = grants.find(
    ({ actions, principal }) => principal.id === "planner" && actions.includes("share"),
  );
  await memos.governance.revoke(share?.id ?? "", TENANT);
  await assert.rejects(writer.search("walrus", space), refused("FORBIDDEN"));
  await assert.rejects(handOver(planner, { ...BOTH, cubes: [walrus] }), refused("FORBIDDEN"));
  await memos.governance.createPrincipal(agent("outsider"));
  await assert.rejects(
    handOver(memos, { tenant: TENANT, from: "outsider", to: "writer", cubes: [walrus] }),
    refused("FORBIDDEN"),
  );
});

test("a right that is revoked in the middle leaves nothing to be read", async (t) => {
  const { memos, planner, writer } = await crewOf(t);
  const walrus = await planned(planner, "The walrus.");
  const grants = await memos.governance.grants(OWN);
  const ids = grants.filter(({ principal }) => principal.id === "planner").map(({ id }) => id);
  const wanted = { ...BOTH, cubes: [walrus], idempotencyKey: "k1" };
  const [outcome] = await Promise.allSettled([
    handOver(planner, wanted),
    ...ids.map((id) => memos.governance.revoke(id, TENANT)),
  ]);
  assert.ok(outcome.status === "fulfilled" || refused("FORBIDDEN")(outcome.reason));
  for (const { space } of await memos.governance.grants(OWN))
    await assert.rejects(writer.search("walrus", space), refused("FORBIDDEN"));
});

test("what is no hand-over is refused", async (t) => {
  const { memos, planner } = await crewOf(t);
  const walrus = await planned(planner, "The walrus.");
  await assert.rejects(
    handOver(memos, { ...BOTH, to: "planner", cubes: [walrus] }),
    refused("INVALID_INPUT"),
  );
  await assert.rejects(handOver(memos, { ...BOTH, to: "nobody", cubes: [walrus] }), refused("NOT_FOUND"));
  await assert.rejects(handOver(memos, { ...BOTH, from: "nobody", cubes: [walrus] }), refused("FORBIDDEN"));
  await assert.rejects(handOver(memos, BOTH), refused("INVALID_INPUT"));
  await assert.rejects(handOver(memos, { ...BOTH, cubes: ["x"] }), refused("INVALID_INPUT"));
  for (const expiresAt of ["2020-01-01", "2999-01-01"])
    await assert.rejects(handOver(memos, { ...BOTH, cubes: [walrus], expiresAt }), refused("INVALID_INPUT"));
  const many = Array.from(
    { length: 10_000 },
    (_, at) => `0191c5a0-7c1e-7c3a-9b1a-${at.toString(16).padStart(12, "0")}`,
  );
  await assert.rejects(handOver(memos, { ...BOTH, cubes: many }), (error) => {
    assert.match(String(error), new RegExp(`${SHARING_LIMITS.handedOver} memories`));
    return refused("TOO_LARGE")(error);
  });
  await assert.rejects(
    endHandOver(memos, { tenant: TENANT, from: "planner", id: "none" }),
    refused("NOT_FOUND"),
  );
  assert.deepEqual(await handOvers(memos, TENANT, "planner"), { handOvers: [] });
});

test("an original that is forgotten for good takes its copies along", async (t) => {
  const { memos, planner, writer } = await crewOf(t);
  const walrus = await planned(planner, "The walrus.");
  const { space } = await handOver(memos, { ...BOTH, cubes: [walrus] });
  await memos.forgetting.forget({ ids: [walrus] }, OWN, { mode: "purge" });
  assert.deepEqual(await found(writer, "walrus", space), []);
});

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type AddProgress, MemosClient, MemosClientError } from "../../../api/client/index.js";
import { ListeningEngine } from "../../memos/chat/support.js";
import { startServer, startWithKeys, UNKNOWN_ID } from "../harness.js";

/** The client against the real server, with keys of two tenants. */
const server = await startWithKeys({ after });
const keyOf = ({ authorization }: { authorization: string }) => authorization.slice("Bearer ".length);
const acme = new MemosClient({ baseUrl: server.address, apiKey: keyOf(server.acme) });
const globex = new MemosClient({ baseUrl: `${server.address}/`, apiKey: keyOf(server.globex) });

const errorOf = async (call: Promise<unknown>): Promise<MemosClientError> => {
  const error = await call.then(
    () => assert.fail("it succeeded"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MemosClientError, String(error));
  return error;
};

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

test("what is added is found when the call resolves", async () => {
  const ana = acme.withScope({ user: "ana" });
  const { written } = await ana.add("I moved to Lisbon in March.");
  const found = await ana.search("where does Ana live?", { k: 3 });
  assert.equal(found.hits[0]?.cube.id, written[0]?.id);
  const recalled = await ana.recall("where does Ana live?", { budget: 400 });
  assert.match(recalled.text, /I moved to Lisbon in March\./);
});

test("a memory is read, changed, followed and forgotten", async () => {
  const bob = acme.withScope({ user: "bob" });
  const id = (await bob.add("The office is in Porto.")).written[0]?.id ?? "";
  assert.equal((await bob.get(id)).version, 1);
  const { written } = await bob.update(
    id,
    { text: "The office is in Faro." },
    { ifVersion: 1, cause: "moved" },
  );
  assert.equal(written[0]?.version, 2);
  const conflict = await errorOf(bob.update(id, { text: "Elsewhere." }, { ifVersion: 1 }));
  assert.deepEqual([conflict.code, conflict.status, conflict.retryable], ["CONFLICT", 409, false]);
  const { versions, intact } = await bob.history(id);
  assert.deepEqual([versions.length, intact], [2, true]);
  assert.equal((await bob.forget(id, { cause: "asked to" })).operation, "forget");
  const gone = await errorOf(bob.get(id));
  assert.equal(gone.code, "NOT_FOUND");
  assert.match(gone.requestId ?? "", /^[0-9a-f-]{36}$/);
  assert.notEqual(gone.remedy, "");
});

test("the scope of a call narrows that of the client", async () => {
  const carol = acme.withScope({ user: "carol" });
  const { written } = await carol.add("On a Monday.", { scope: { session: "monday" } });
  const cube = await carol.get(written[0]?.id ?? "", { scope: { session: "monday" } });
  assert.deepEqual(cube.scope, { tenant: "acme", user: "carol", session: "monday" });
  await carol.add("On a Tuesday.", { scope: { session: "tuesday" } });
  assert.equal((await carol.stats()).cubes, 2);
  assert.equal((await carol.stats({ scope: { session: "tuesday" } })).cubes, 1);
});

test("all pages follow each other, and end when nobody asks for more", async () => {
  const dora = acme.withScope({ user: "dora" });
  await dora.add(Array.from({ length: 7 }, (_, at) => `Note number ${at}.`));
  assert.equal((await all(dora.all({ limit: 3, order: "oldest" }))).length, 7);
  const filtered = dora.all({ where: { field: "origin", op: "eq", value: "assistant" } });
  assert.equal((await all(filtered)).length, 0);
  const first: string[] = [];
  for await (const { id } of dora.all({ limit: 2 })) {
    first.push(id);
    if (first.length === 3) break;
  }
  assert.equal(new Set(first).size, 3);
});

test("a stream of memories is written as it comes, and what is no good is named by its number", async () => {
  const erik = acme.withScope({ user: "erik" });
  async function* inputs() {
    for (let at = 0; at < 1_200; at++) yield at === 700 ? "" : `Line number ${at}.`;
  }
  const steps: AddProgress[] = await all(erik.ingest(inputs()));
  const last = steps.at(-1);
  assert.deepEqual([last?.added, last?.done], [1_199, true]);
  assert.deepEqual(
    steps.flatMap(({ skipped }) => skipped.map(({ index }) => index)),
    [700],
  );
  assert.deepEqual(
    steps.map(({ done }) => done),
    steps.map((step) => step === last),
  );
  assert.equal(steps.flatMap(({ written }) => written).length, 1_199);
  assert.equal((await erik.stats()).cubes, 1_199);
  assert.equal((await all(erik.ingest([])))[0]?.done, true);
});

test("an export holds every memory with its versions", async () => {
  const fred = acme.withScope({ user: "fred" });
  await fred.add(["One.", "Two."]);
  const cubes = await all(fred.export());
  assert.deepEqual(
    cubes.map(({ versions }) => versions.length),
    [1, 1],
  );
});

test("a chat is events, the receipt last, and both turns are remembered", async (t) => {
  const engine = new ListeningEngine();
  const { address } = await startServer(t, { development: true }, { engine, upkeep: false });
  const client = new MemosClient({ baseUrl: address, scope: { user: "gwen" } });
  const events = await all(client.chat("Where do I live?", { session: "monday", maxTokens: 8 }));
  assert.ok(events.some(({ kind }) => kind === "text"));
  assert.equal(events.at(-1)?.kind, "end");
  assert.equal((await client.stats()).cubes, 2);
  const refused = await errorOf(all(client.chat("")));
  assert.deepEqual([refused.code, refused.path], ["INVALID_INPUT", "message"]);
});

test("every other operation is a request by its name, with the scope of the client", async () => {
  const hugo = acme.withScope({ user: "hugo" });
  const id = (await hugo.add("Hugo keeps bees.")).written[0]?.id ?? "";
  const frozen = await hugo.request("freezeMemory", { path: { id } });
  assert.equal(frozen.written[0]?.id, id);
  assert.equal((await hugo.request("health", {})).status, "ok");
  assert.equal((await hugo.request("stats", { query: { session: "none" } })).cubes, 0);
  const unknown = await errorOf(hugo.request("noSuchThing" as "health", {}));
  assert.equal(unknown.code, "INVALID_INPUT");
});

test("another tenant's id is an unknown one", async () => {
  const id = (await acme.add("A secret plan.")).written[0]?.id ?? "";
  for (const call of [
    (key: string) => globex.get(key),
    (key: string) => globex.forget(key),
    (key: string) => globex.history(key),
    (key: string) => globex.update(key, { text: "A lie." }),
  ]) {
    const [theirs, nobodys] = [await errorOf(call(id)), await errorOf(call(UNKNOWN_ID))];
    assert.deepEqual([theirs.code, theirs.status], ["NOT_FOUND", 404]);
    assert.equal(theirs.message.replace(id, ""), nobodys.message.replace(UNKNOWN_ID, ""));
  }
  const wrong = await errorOf(globex.stats({ scope: { tenant: "acme" } }));
  assert.equal(wrong.code, "FORBIDDEN");
});

test("a missing key and a wrong one are errors with a remedy, and no error holds a key", async () => {
  const nobody = new MemosClient({ baseUrl: server.address });
  assert.equal((await errorOf(nobody.stats())).code, "UNAUTHORIZED");
  const stranger = new MemosClient({ baseUrl: server.address, apiKey: "memos_wrong" });
  const refused = await errorOf(stranger.stats());
  assert.deepEqual([refused.code, refused.status], ["UNAUTHORIZED", 401]);
  const split = new MemosClient({ baseUrl: server.address, apiKey: "memos_secret\r\nx-evil: 1" });
  const invalid = await errorOf(split.stats());
  assert.equal(invalid.code, "INVALID_INPUT");
  assert.doesNotMatch(`${invalid.stack} ${String(invalid.cause)}`, /memos_secret/);
});

test("an id that is a path leads nowhere else", async () => {
  for (const id of ["..", ".", ""]) assert.equal((await errorOf(acme.get(id))).code, "INVALID_INPUT");
  assert.equal((await errorOf(acme.get("../stats"))).code, "INVALID_INPUT");
  assert.equal((await errorOf(acme.get("\ud800"))).code, "INVALID_INPUT");
});

test("an address that is none is refused at once", () => {
  for (const baseUrl of ["", "localhost:7077", "ftp://x", "http://x/?a=b"])
    assert.throws(() => new MemosClient({ baseUrl }), /baseUrl/);
});

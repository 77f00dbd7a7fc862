import assert from "node:assert/strict";
import { after, test } from "node:test";
import { problemOf, remember, startServer, startWithKeys, UNKNOWN_ID } from "./harness.js";

const api = await startServer({ after });
const scope = { user: "ana" };

const patch = (id: string, headers: Record<string, string>, text = "I moved to Porto.") =>
  api.send("PATCH", `/v1/memories/${id}`, { body: { scope, patch: { text } }, headers });

test("a memory has a strong entity tag, and whoever has its version is told so without the memory", async () => {
  const id = await remember(api, "I moved to Lisbon.");
  const first = await api.send("GET", `/v1/memories/${id}`);
  const tag = first.headers.get("etag") ?? "";
  assert.equal(tag, `"${id}.1"`);
  for (const known of [tag, `W/${tag}`, "*", `"other", ${tag}`]) {
    const again = await api.send("GET", `/v1/memories/${id}`, { headers: { "if-none-match": known } });
    assert.deepEqual([again.status, again.text, again.headers.get("etag")], [304, "", tag], known);
  }
  const changed = await patch(id, {});
  assert.equal(changed.headers.get("etag"), `"${id}.2"`);
  const after = await api.send("GET", `/v1/memories/${id}`, { headers: { "if-none-match": tag } });
  assert.equal(after.status, 200);
});

test("every change of one memory stands on the tag that it names, or changes nothing", async () => {
  const id = await remember(api, "I moved to Lisbon again.");
  const current = `"${id}.1"`;
  const changes: [method: string, path: string, body?: object][] = [
    ["PATCH", "", { scope, patch: { text: "Another." } }],
    ["POST", "/restore", { scope, version: 1 }],
    ...["freeze", "thaw", "archive", "activate", "approve", "unmerge", "undo"].map(
      (step): [string, string, object] => ["POST", `/${step}`, { scope }],
    ),
    ["PATCH", "/governance", { scope, governance: { retention: "keep" } }],
    ["DELETE", ""],
  ];
  for (const stale of [`"${id}.9"`, `W/${current}`, `"${UNKNOWN_ID}.1"`, '"nonsense"'])
    for (const [method, path, body] of changes) {
      const answer = await api.send(method, `/v1/memories/${id}${path}`, {
        ...(body === undefined ? {} : { body }),
        headers: { "if-match": stale },
      });
      assert.equal(problemOf(answer, 412).code, "CONFLICT", `${method} ${path} ${stale}`);
    }
  assert.equal((await api.memos.get(id, { tenant: "local" })).version, 1);
  assert.equal((await patch(id, { "if-match": `"a", ${current}` })).status, 200);
  assert.equal((await patch(id, { "if-match": "*" }, "Faro.")).status, 200);
  assert.equal((await patch(id, { "if-match": `"${id}.1", "${id}.3"` }, "Braga.")).status, 200);
  const gone = await api.send("DELETE", `/v1/memories/${id}`, { headers: { "if-match": `"${id}.4"` } });
  assert.equal(gone.status, 200);
});

test("a malformed tag, and one that contradicts the body, are refused", async () => {
  const id = await remember(api, "I moved to Lisbon once more.");
  for (const tag of ["1", `${id}.1`, '"open', "", "W/*", '"a" "b"'])
    assert.equal(problemOf(await patch(id, { "if-match": tag }), 400).code, "INVALID_INPUT", tag);
  const many = Array.from({ length: 33 }, (_, index) => `"${index}"`).join();
  assert.equal(problemOf(await patch(id, { "if-match": many }), 413).code, "TOO_LARGE");
  const both = await api.send("PATCH", `/v1/memories/${id}`, {
    body: { scope, patch: { text: "Other." }, ifVersion: 2 },
    headers: { "if-match": `"${id}.1"` },
  });
  assert.equal(problemOf(both, 400).path, "ifVersion");
});

test("a conflict that is not about the tag stays one", async () => {
  const id = await remember(api, "Frozen words.");
  await api.send("POST", `/v1/memories/${id}/freeze`, { body: { scope } });
  problemOf(await patch(id, { "if-match": `"${id}.2"` }), 409);
});

test("another tenant's memory is unknown, whatever tag is named", async (t) => {
  const keyed = await startWithKeys(t);
  const id = await remember(keyed, "Of acme alone.", keyed.acme);
  for (const tag of ["*", `"${id}.1"`, `"${id}.1", "${id}.2"`, '"other"']) {
    const [foreign, unknown] = await Promise.all(
      [id, UNKNOWN_ID].map((one) =>
        keyed.send("PATCH", `/v1/memories/${one}`, {
          body: { patch: { text: "Mine." } },
          headers: { ...keyed.globex, "if-match": tag.replaceAll(id, one) },
        }),
      ),
    );
    assert.ok(foreign && unknown);
    assert.equal(problemOf(foreign, 404).code, problemOf(unknown, 404).code);
  }
});

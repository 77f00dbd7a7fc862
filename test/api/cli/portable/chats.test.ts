import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { arrayElements } from "../../../../api/cli/portable/chats/arrayElements.js";
import { type ChatSource, importChats } from "../../../../api/cli/portable/chats/importChats.js";
import { openExport } from "../../../../api/cli/portable/chats/openExport.js";
import { textOf } from "../../../../memcube/index.js";
import { zip } from "../../../agents/resources/support.js";
import { allOf, collect, openMemos, refused, temporaryFolder } from "../../../memos/support.js";

const ANA = { tenant: "local", user: "ana" };

const says = (id: string, role: string, text: string, more: object = {}) => ({
  id,
  author: { role },
  create_time: 1_764_000_000.5,
  content: { content_type: "text", parts: [text] },
  ...more,
});

/** A conversation whose second answer was asked for again: two branches, of which the second is current. */
const CHATGPT = [
  {
    id: "c1",
    title: "Moving\nhouse",
    current_node: "a2",
    mapping: {
      root: { id: "root", message: null, parent: null, children: ["s"] },
      s: { id: "s", message: says("s", "system", ""), parent: "root", children: ["u1"] },
      u1: {
        id: "u1",
        message: says("u1", "user", "I moved to Lisbon."),
        parent: "s",
        children: ["a1", "a2"],
      },
      a1: { id: "a1", message: says("a1", "assistant", "An answer given up."), parent: "u1", children: [] },
      a2: { id: "a2", message: says("a2", "assistant", "How is it there?"), parent: "u1", children: [] },
    },
  },
  {
    conversation_id: "c2",
    title: null,
    mapping: {
      r: { message: null, children: ["m"] },
      m: {
        parent: "r",
        children: ["h"],
        message: says("m", "user", "", {
          content: {
            content_type: "multimodal_text",
            parts: [{ content_type: "image" }, "A photo of Pixel."],
          },
        }),
      },
      h: {
        parent: "m",
        children: ["t"],
        message: says("h", "tool", "hidden", { metadata: { is_visually_hidden_from_conversation: true } }),
      },
      t: {
        parent: "h",
        message: says("t", "assistant", "", { content: { content_type: "thoughts" }, create_time: null }),
      },
    },
  },
];

const CLAUDE = [
  {
    uuid: "k1",
    name: "Bees",
    chat_messages: [
      { uuid: "m1", sender: "human", text: "I keep bees.", created_at: "2026-03-01T10:00:00.123456Z" },
      {
        uuid: "m2",
        sender: "assistant",
        text: "shown",
        content: [{ type: "thinking" }, { type: "text", text: "How many hives?" }],
        created_at: "2026-03-01T10:00:05Z",
        files: [{ file_name: "a.png" }],
      },
      { uuid: "m3", sender: "human", text: "" },
    ],
  },
];

async function start(t: TestContext, source: ChatSource) {
  const { memos } = await openMemos(t);
  const folder = await temporaryFolder(t);
  const run = async (content: string | Buffer, name = "conversations.json") => {
    const path = join(folder, name);
    await writeFile(path, content);
    return importChats(memos, source, await openExport(path), ANA, {
      signal: new AbortController().signal,
      onConversation: () => undefined,
    });
  };
  return { memos, run };
}

test("ChatGPT: the current branch of each conversation is a session, with roles, times and titles", async (t) => {
  const { memos, run } = await start(t, "chatgpt");
  const report = await run(JSON.stringify(CHATGPT));
  assert.deepEqual([report.conversations, report.added, report.present], [2, 3, 0]);
  assert.deepEqual(
    report.skipped.map(({ reason, count }) => [reason, count]),
    [
      ["what the system says", 1],
      ["images, files and sound", 1],
      ["hidden in the conversation", 1],
      ["content of type thoughts", 1],
    ],
  );
  const cubes = (await allOf(memos, ANA)).sort((a, b) => (a.id < b.id ? -1 : 1));
  assert.deepEqual(
    cubes.map((cube) => [textOf(cube), cube.provenance.origin, cube.scope.session, cube.time.occurredAt]),
    [
      ["I moved to Lisbon.", "user", "chatgpt-c1", "2025-11-24T16:00:00.500Z"],
      ["How is it there?", "assistant", "chatgpt-c1", "2025-11-24T16:00:00.500Z"],
      ["A photo of Pixel.", "user", "chatgpt-c2", "2025-11-24T16:00:00.500Z"],
    ],
  );
  assert.equal(cubes[0]?.attributes.metadata["conversation_title"], "Moving house");
});

test("Claude: words are kept, attachments are told", async (t) => {
  const { memos, run } = await start(t, "claude");
  const report = await run(JSON.stringify(CLAUDE));
  assert.deepEqual([report.conversations, report.added], [1, 2]);
  assert.deepEqual(
    report.skipped.map(({ reason }) => reason),
    ["attachments and files", "without words"],
  );
  const texts = (await allOf(memos, ANA)).map((cube) => [textOf(cube), cube.provenance.origin]);
  assert.deepEqual(texts.sort(), [
    ["How many hives?", "assistant"],
    ["I keep bees.", "user"],
  ]);
});

test("importing again writes nothing twice, takes what has come since, and brings back nothing forgotten", async (t) => {
  const { memos, run } = await start(t, "claude");
  await run(JSON.stringify(CLAUDE));
  const again = await run(JSON.stringify(CLAUDE));
  assert.deepEqual([again.added, again.present], [0, 2]);
  const first = (await allOf(memos, ANA)).find((cube) => textOf(cube) === "I keep bees.");
  assert.ok(first);
  await memos.forget(first.id, ANA);
  const [conversation] = CLAUDE;
  const messages = [...(conversation?.chat_messages ?? []), { uuid: "m4", sender: "human", text: "Three." }];
  const grown = await run(JSON.stringify([{ ...conversation, chat_messages: messages }]));
  assert.deepEqual([grown.added, grown.present], [1, 1]);
  assert.ok(grown.skipped.some(({ reason }) => reason === "forgotten since it was imported"));
  for (const cube of await allOf(memos, ANA)) await memos.forget(cube.id, ANA);
  const { added } = await run(JSON.stringify(CLAUDE));
  assert.equal(added, 0);
});

test("the zip file of an export is read as it is, also where its conversations are in several files", async (t) => {
  const { run } = await start(t, "chatgpt");
  const archive = zip({
    "export/conversations-000.json": JSON.stringify(CHATGPT.slice(0, 1)),
    "export/conversations-001.json": JSON.stringify(CHATGPT.slice(1)),
    "export/user.json": "{}",
  });
  const report = await run(archive, "export.zip");
  assert.deepEqual([report.conversations, report.added], [2, 3]);
});

const BROKEN: readonly [name: string, content: string | Buffer, code: Parameters<typeof refused>[0]][] = [
  ["no JSON", "hello", "INVALID_INPUT"],
  ["an object", JSON.stringify({ conversations: [] }), "INVALID_INPUT"],
  ["a list that ends in its middle", JSON.stringify(CHATGPT).slice(0, -1), "INVALID_INPUT"],
  ["a conversation that is no JSON", `[${JSON.stringify(CHATGPT[0])},{"id":nonsense}]`, "INVALID_INPUT"],
  ["something after the list", `${JSON.stringify(CHATGPT)} more`, "INVALID_INPUT"],
  ["a missing element", `[${JSON.stringify(CHATGPT[0])},]`, "INVALID_INPUT"],
  ["the export of somebody else", JSON.stringify(CLAUDE), "INVALID_INPUT"],
  ["nothing", "", "INVALID_INPUT"],
  ["a zip file without conversations", zip({ "user.json": "{}" }), "INVALID_INPUT"],
  ["a zip file cut short", zip({ "conversations.json": "[]" }).subarray(0, 60), "DOCUMENT_INVALID"],
];

for (const [name, content, code] of BROKEN)
  test(`refused, and nothing is written: ${name}`, async (t) => {
    const { memos, run } = await start(t, "chatgpt");
    await assert.rejects(run(content), refused(code));
    assert.equal((await memos.stats(ANA)).versions, 0);
  });

test("a conversation that is damaged is told, and the others are there", async (t) => {
  const { run } = await start(t, "chatgpt");
  const circle = { id: "c3", current_node: "a", mapping: { a: { parent: "b" }, b: { parent: "a" } } };
  const lost = { id: "c4", current_node: "gone", mapping: {} };
  const report = await run(JSON.stringify([circle, ...CHATGPT, lost, 7]));
  assert.deepEqual([report.conversations, report.added], [2, 3]);
  const faults = report.skipped.filter(({ first }) => first.startsWith("conversation"));
  assert.deepEqual(
    faults.map(({ count, first }) => [count, first]),
    [
      [2, "conversation 1"],
      [1, "conversation 5"],
    ],
  );
});

test("a list is cut into the same elements whatever its pieces are", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue(), { maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(0, 2),
      async (values, size, indent) => {
        const bytes = Buffer.from(`\ufeff ${JSON.stringify(values, null, indent)}\n`);
        async function* pieces() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        }
        assert.deepEqual(await collect(arrayElements(pieces(), "it")), JSON.parse(JSON.stringify(values)));
      },
    ),
  );
});

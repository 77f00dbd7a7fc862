import assert from "node:assert/strict";
import { test } from "node:test";
import { goldQuestions } from "../../../eval/locomo/evidence.js";
import { loadLocomo } from "../../../eval/locomo/format.js";
import { memoriesOf } from "../../../eval/locomo/memories.js";
import { syntheticLocomo } from "../synthetic.js";
import { temporaryFile } from "../temporaryFolder.js";

test("reads conversations with their sessions in order and their dates", async (context) => {
  const [sample] = syntheticLocomo(1);
  const conversation = {
    ...sample?.conversation,
    session_10: [],
    session_10_date_time: "1:00 am on 9 May, 2031",
  };
  const file = await temporaryFile(context, "locomo.json", [{ ...sample, conversation }]);
  const [loaded] = await loadLocomo(file);
  assert.equal(loaded?.sampleId, "syn-1");
  assert.deepEqual(
    loaded?.sessions.map(({ name }) => name),
    ["session_1", "session_2", "session_3", "session_10"],
  );
  assert.equal(loaded?.sessions[1]?.occurredAt, "2031-05-08T14:05:00.000Z");
  assert.equal(loaded?.questions.length, 5);
});

test("a turn becomes a memory: the words first, then the photo", async (context) => {
  const [sample] = syntheticLocomo(1);
  const turns = [
    { speaker: "Orla", dia_id: "D1:1", text: "Look at this!  ", blip_caption: "a red kite", query: "kite" },
    { speaker: "Bram", dia_id: "D1:2", text: "", blip_caption: "a boat" },
    { speaker: "Orla", dia_id: "D1:3", text: "  " },
    { speaker: "Bram", dia_id: "D1:4", text: "Two\nlines" },
  ];
  const conversation = { session_1: turns, session_1_date_time: "1:56 pm on 8 May, 2023" };
  const file = await temporaryFile(context, "locomo.json", [{ ...sample, conversation }]);
  const memories = (await loadLocomo(file)).flatMap(memoriesOf);
  assert.deepEqual(
    memories.map(({ key, memory }) => [key, memory.text]),
    [
      ["D1:1", "Look at this!   [shares a photo: a red kite]"],
      ["D1:2", "[shares a photo: a boat]"],
      ["D1:4", "Two\nlines"],
    ],
  );
  assert.deepEqual(memories[0]?.memory, {
    text: "Look at this!   [shares a photo: a red kite]",
    origin: "user",
    actor: "Orla",
    session: "session_1",
    occurredAt: "2023-05-08T13:56:00.000Z",
    metadata: { dia_id: "D1:1", sample_id: "syn-1" },
  });
});

test("evidence is every turn id that exists, however it is spelt; a question without any is not scored", async (context) => {
  const file = await temporaryFile(context, "locomo.json", syntheticLocomo(1));
  const gold = (await loadLocomo(file)).flatMap(goldQuestions);
  assert.deepEqual(
    gold.map(({ category, turns, sessions }) => [category, [...turns], [...sessions]]),
    [
      [1, ["D1:2"], ["session_1"]],
      [2, ["D2:2"], ["session_2"]],
      [3, ["D3:2"], ["session_3"]],
      [4, ["D1:2", "D2:2"], ["session_1", "session_2"]],
    ],
  );
});

const [good] = syntheticLocomo(1);
const bad: [name: string, content: unknown, message: RegExp][] = [
  ["text that is not JSON", "{", /is not JSON/],
  ["an object instead of a list", {}, /locomo\.json: .*array/],
  ["no conversations", [], /locomo\.json/],
  ["a conversation without an id", [{ ...good, sample_id: undefined }], /0\.sample_id/],
  ["the same conversation twice", [good, good], /same sample_id/],
  [
    "a session without a date",
    [{ ...good, conversation: { session_1: [] } }],
    /0\.conversation\.session_1_date_time/,
  ],
  [
    "a date in another format",
    [{ ...good, conversation: { session_1: [], session_1_date_time: "2023-05-08" } }],
    /"2023-05-08" is not a date/,
  ],
  [
    "a turn without a text",
    [
      {
        ...good,
        conversation: {
          session_1: [{ speaker: "Orla", dia_id: "D1:1" }],
          session_1_date_time: "1:56 pm on 8 May, 2023",
        },
      },
    ],
    /0\.conversation\.session_1\.0\.text/,
  ],
];

for (const [name, content, message] of bad)
  test(`refuses ${name}`, async (context) => {
    const file = await temporaryFile(context, "locomo.json", content);
    await assert.rejects(loadLocomo(file), { code: "INVALID_INPUT", message });
  });

test("says which file is not there", async () => {
  await assert.rejects(loadLocomo("nowhere.json"), {
    code: "INVALID_INPUT",
    message:
      "cannot read nowhere.json: there is no such file; the published file is data/locomo10.json of https://github.com/snap-research/locomo",
  });
});

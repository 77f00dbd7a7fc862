import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { controller } from "../../../agents/index.js";
import { textOf } from "../../../memcube/index.js";
import {
  answers,
  type Behaviour,
  fails,
  says,
  sendJson,
  startChatServer,
} from "../../memos/extraction/chatServer.js";
import { inLedger, openMemos } from "../../memos/support.js";
import { answer, core } from "./scripted.js";
import { ANA } from "./support.js";

const TEXT = "I live in Lisbon.";
const whole = JSON.stringify(answer({ memories: [core("Ana lives in Lisbon.")] }));
const memory = (fields: object) =>
  answers(answer({ memories: [{ ...core("Ana lives in Lisbon."), ...fields }] }));

/** A stream that never ends: the model's patience does. */
const endless: Behaviour = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const more = setInterval(() => response.write(" "), 5);
  response.on("close", () => clearInterval(more));
};

/**
 * Ways in which a model fails, and what a receipt says: that it gave no answer (it is asked again later), that the
 * answer is no use (it is not), or what of the answer was left out.
 */
const WAYS: readonly (readonly [way: string, behaviour: Behaviour, code: string | undefined])[] = [
  ["prose", says("Sure! Here is what I found out about Ana."), "MODEL_ANSWER_UNUSABLE"],
  ["nothing", says(""), "MODEL_ANSWER_UNUSABLE"],
  ["no content", says(null), "MODEL_ANSWER_UNUSABLE"],
  ["a refusal", says("I'm sorry, but I can't help with that."), "MODEL_ANSWER_UNUSABLE"],
  ["half of the JSON", says(whole.slice(0, 40)), "MODEL_PROPOSAL_REJECTED"],
  [
    "JSON that breaks off in a memory",
    says(whole.slice(0, whole.indexOf("Lisbon"))),
    "MODEL_PROPOSAL_REJECTED",
  ],
  ["a list", says("[1, 2, 3]"), "MODEL_ANSWER_UNUSABLE"],
  ["a number", says("42"), "MODEL_ANSWER_UNUSABLE"],
  ["an object of another form", says('{"result":"ok"}'), "MODEL_ANSWER_UNUSABLE"],
  ["memories that are a text", answers(answer({ memories: "many" })), "MODEL_PROPOSAL_REJECTED"],
  ["memories that are numbers", answers(answer({ memories: [1, null, true] })), "MODEL_PROPOSAL_REJECTED"],
  ["an unknown type", memory({ type: "gossip" }), "MODEL_PROPOSAL_REJECTED"],
  ["the type of secrets", memory({ type: "vault" }), "MODEL_PROPOSAL_REJECTED"],
  ["a field too many", memory({ tenant: "other" }), "MODEL_PROPOSAL_REJECTED"],
  [
    "a field too few",
    answers(answer({ memories: [{ type: "core", from: ["n1"], label: "human" }] })),
    "MODEL_PROPOSAL_REJECTED",
  ],
  ["an unknown handle", memory({ from: ["n7"] }), "MODEL_PROPOSAL_REJECTED"],
  ["no handle", memory({ from: [] }), "MODEL_PROPOSAL_REJECTED"],
  [
    "an id in the place of a handle",
    memory({ from: ["00000000-0000-7000-8000-000000000000"] }),
    "MODEL_PROPOSAL_REJECTED",
  ],
  ["a memory that replaces what it was not shown", memory({ replaces: ["c9"] }), "MODEL_PROPOSAL_REJECTED"],
  [
    "a wish by an unknown handle",
    answers(answer({ forget: [{ asks: "n1", forget: "c9" }] })),
    "MODEL_PROPOSAL_REJECTED",
  ],
  ["an empty text", memory({ value: " " }), "MODEL_PROPOSAL_REJECTED"],
  ["a text that is too long", memory({ value: "x".repeat(6_000) }), "MODEL_PROPOSAL_REJECTED"],
  ["half a character", says(whole.replace("Lisbon", "\\ud800")), "MODEL_PROPOSAL_REJECTED"],
  ["a NUL", says(whole.replace("Lisbon", "\\u0000")), "MODEL_PROPOSAL_REJECTED"],
  ["500", fails(500), "MODEL_FAILED"],
  ["503", fails(503), "MODEL_FAILED"],
  ["429", fails(429), "MODEL_FAILED"],
  ["401", fails(401), "MODEL_FAILED"],
  ["404", fails(404), "MODEL_FAILED"],
  ["a body that is no JSON", (response) => sendJson(response, 200, "<html>"), "MODEL_FAILED"],
  ["a connection that is cut", (response) => response.destroy(), "MODEL_FAILED"],
  ["an answer that never ends", endless, "MODEL_FAILED"],
  ["no answer at all", () => undefined, "MODEL_FAILED"],
];

async function failing(context: TestContext, behaviour: Behaviour) {
  const { model } = await startChatServer(context, [behaviour], { timeout: 2_000, retries: 0 });
  return openMemos(context, { model, reader: controller() });
}

for (const [way, behaviour, code] of WAYS)
  test(`a model that gives ${way} costs no memory, and the receipt says so`, async (context) => {
    const { memos, path } = await failing(context, behaviour);
    const { written, warnings, llmCalls } = await memos.add(TEXT, ANA, { wait: "derived" });
    const id = written[0]?.id ?? "";
    assert.equal(textOf(await memos.get(id, ANA)), TEXT);
    assert.ok(llmCalls >= 1);
    assert.ok(
      warnings.some((warning) => warning.code === code),
      JSON.stringify(warnings),
    );
    const { cubes } = await memos.list(ANA, { limit: 100 });
    const made = cubes.filter((cube) => cube.id !== id);
    for (const { provenance } of made)
      assert.deepEqual(
        provenance.sources.map(({ cube }) => cube),
        [id],
      );
    assert.equal((await memos.stats({ tenant: ANA.tenant })).cubes, cubes.length);
    const { traces } = await memos.traces.list(ANA, { cube: id });
    assert.ok(traces[0] !== undefined && traces[0].llmCalls >= 1);
    // Where it gave no answer, it is asked again later.
    const waiting = inLedger(path, (db) => db.prepare("SELECT cube FROM awaiting_model").all().length);
    assert.equal(waiting, code === "MODEL_FAILED" ? 1 : 0);
  });

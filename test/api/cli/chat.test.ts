import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { chatReceiptSchema, type MemCube, MemOS } from "../../../memos/index.js";
import { generatedModel } from "../../../memos/inference/gguf/generated/generatedModel.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { MODELS } from "../../memos/inference/local/support.js";
import { failureSchema, memos, memosJson, start } from "./memosProcess.js";

const model = await generatedModel("nano", MODELS);
const ANSWER = ["--max-tokens", "8", "--model", model];

async function forAna(context: TestContext): Promise<string[]> {
  return ["--user", "ana", "--store", join(await temporaryFolder(context), "store")];
}

const ANA = { tenant: "local", user: "ana" };

/** Lends the store of a command line. */
async function inStore<T>(ana: string[], use: (memos: MemOS) => Promise<T>): Promise<T> {
  const memos = await MemOS.open({ path: ana.at(-1) as string });
  try {
    return await use(memos);
  } finally {
    await memos.close();
  }
}

const remembered = (ana: string[]): Promise<MemCube[]> =>
  inStore(ana, async (memos) => (await memos.list(ANA)).cubes);

test("one message is answered, with its receipt as one object, and both sides are remembered", async (context) => {
  const ana = await forAna(context);
  const receipt = await memosJson(
    ["chat", "Where do I live?", "--session", "monday", ...ANSWER, ...ana],
    chatReceiptSchema,
  );
  assert.deepEqual([receipt.session, receipt.tokens.generated, receipt.reason], ["monday", 8, "length"]);
  const cubes = await remembered(ana);
  assert.deepEqual(cubes.map(({ id }) => id).sort(), [...receipt.remembered].sort());
  assert.deepEqual(cubes[0]?.scope, { ...ANA, session: "monday" });
  const shown = await memos(["chat", "-", "--no-remember", ...ANSWER, ...ana], {
    input: "Where do I live?\n",
  });
  assert.equal(shown.status, 0, shown.stderr);
  assert.notEqual(shown.stdout, "");
  assert.match(shown.stderr, /prompt of \d+ tokens: .*8 generated/);
  assert.equal((await remembered(ana)).length, cubes.length);
});

test("without a model that is named, the one of the package answers from what is remembered", async (context) => {
  const ana = await forAna(context);
  await inStore(ana, (memos) => memos.add(["Velan lives in Porto.", "Sojil works at Huko Foods."], ANA));
  const ask = (question: string) => memosJson(["chat", question, "--no-remember", ...ana], chatReceiptSchema);
  const known = await ask("Where does Velan live?");
  assert.deepEqual([known.model, known.answer], ["local/memos-reader", "The home of Velan is Porto."]);
});

test("a conversation is read line by line until an empty one, and a line that fails does not end it", async (context) => {
  const ana = await forAna(context);
  const input = ["Hello.", "x".repeat(40_000), "And now?", "", "Never said."].join("\n");
  const { status, stdout, stderr } = await memos(["chat", "--json", ...ANSWER, ...ana], { input });
  assert.equal(status, 0, stderr);
  const [first, failed, second, ...others] = stdout
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  const [one, two] = [first, second].map((receipt) => chatReceiptSchema.parse(receipt));
  assert.equal(failureSchema.parse(failed).error.code, "TOO_LARGE");
  assert.deepEqual(others, []);
  assert.ok(one && two);
  assert.equal(one.session, two.session);
  assert.ok(two.tokens.reused > one.tokens.prompt, "the second prompt begins with the first");

  const shown = await memos(["chat", ...ANSWER, ...ana], { input: "Hello.\nAnd now?" });
  assert.equal(shown.status, 0, shown.stderr);
  assert.equal(shown.stderr.match(/8 generated/g)?.length, 2);
});

test("a chat that is interrupted remembers nothing and ends with 1", async (context) => {
  const ana = await forAna(context);
  const chat = start(["chat", "Hello.", "--max-tokens", "3000", "--model", model, ...ana]);
  assert.ok(chat.stdout !== null && chat.stderr !== null);
  const said = text(chat.stderr);
  await once(chat.stdout, "data");
  chat.kill("SIGINT");
  assert.deepEqual(await once(chat, "close"), [1, null]);
  assert.match(await said, /ABORTED/);
  assert.deepEqual(await remembered(ana), []);
});

test("a model that is not there is a failure with a sentence", async (context) => {
  const ana = await forAna(context);
  const { status, stderr } = await memos(["chat", "Hello.", "--model", "none.gguf", ...ana]);
  assert.equal(status, 1);
  assert.match(stderr, /^error: There is no model file .+none\.gguf\.\nMODEL_INVALID: /);
});

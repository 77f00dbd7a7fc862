import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import {
  activationListSchema,
  chatReceiptSchema,
  compileReceiptSchema,
  droppedSchema,
  MemOS,
  placementPlanSchema,
} from "../../../memos/index.js";
import { generatedModel } from "../../../memos/inference/gguf/generated/generatedModel.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { MODELS } from "../../memos/inference/local/support.js";
import { memos, memosJson } from "./memosProcess.js";

test("memory is compiled, listed, planned, used and dropped from a shell", async (context) => {
  const path = join(await temporaryFolder(context), "store");
  const store = await MemOS.open({ path });
  await store.add({ text: "Ana speaks Portuguese.", type: "core" }, { tenant: "local", user: "ana" });
  await store.close();
  const ana = ["--user", "ana", "--store", path];
  const withModel = [...ana, "--model", await generatedModel("nano", MODELS)];
  const compiled = await memosJson(["activations", "compile", ...withModel], compileReceiptSchema);
  assert.equal(compiled.reason, "compiled");
  const { activations } = await memosJson(["activations", "list", ...ana], activationListSchema);
  assert.deepEqual(
    activations.map(({ cube }) => cube.id),
    [compiled.cube?.id],
  );
  const chat = ["chat", "Which language?", "--max-tokens", "8", "--no-remember", ...withModel];
  const { tokens, block } = await memosJson(chat, chatReceiptSchema);
  assert.deepEqual([tokens.restored >= compiled.tokens - 1, block.state], [true, "file"]);
  const { decisions } = await memosJson(["activations", "plan", ...withModel], placementPlanSchema);
  assert.deepEqual(decisions, [], "it is compiled, and used");
  assert.match((await memos(["activations", "compile", ...withModel])).stdout, /^present: \d+ tokens/);
  assert.deepEqual(await memosJson(["activations", "drop", ...ana], droppedSchema), { dropped: 1 });
  assert.match((await memos(["activations", "list", ...ana])).stdout, /nothing is compiled/);
});

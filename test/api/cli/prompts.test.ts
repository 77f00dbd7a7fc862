import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import * as z from "zod";
import { PROMPT_FOLDER } from "../../../memos/prompts/index.js";
import { failureSchema, memos, memosJson } from "./memosProcess.js";

const checkSchema = z.strictObject({
  ok: z.boolean(),
  prompts: z.array(
    z.strictObject({
      name: z.string(),
      ok: z.literal(true),
      version: z.int().positive(),
      hash: z.string().length(64),
      characters: z.int().positive(),
      tokens: z.int().positive(),
      examples: z.int().positive(),
    }),
  ),
});

test("every prompt of the package is in order, and every file in the folder is one", async () => {
  const { ok, prompts } = await memosJson(["prompts", "check"], checkSchema);
  assert.equal(ok, true);
  const files = (await readdir(PROMPT_FOLDER)).filter((file) => file.endsWith(".md"));
  assert.deepEqual(prompts.map(({ name }) => `${name}.md`).sort(), files.sort());
  assert.equal(new Set(prompts.map(({ hash }) => hash)).size, prompts.length);
});

test("a prompt is shown as a model is given it", async () => {
  const { status, stdout, stderr } = await memos(["prompts", "show", "extraction"]);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^extraction, version \d+, [0-9a-f]{64}\n/);
  assert.match(stdout, /\[system\]\nYou index the memory/);
  assert.match(stdout, /\{"handle":"n1"/);
  assert.doesNotMatch(stdout, /\{\{/);
});

test("a prompt that is not there is a failure with a sentence", async () => {
  const { status, stdout } = await memos(["prompts", "show", "nothing", "--json"]);
  assert.equal(status, 1);
  assert.equal(failureSchema.parse(JSON.parse(stdout)).error.code, "NOT_FOUND");
});

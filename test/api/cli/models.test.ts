import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { modelsFolder } from "../../../api/cli/config.js";
import { generatedModel } from "../../../memos/inference/gguf/generated/generatedModel.js";
import { MODELS } from "../../memos/inference/local/support.js";
import { startModelServer } from "../../memos/inference/models/modelServer.js";
import { temporaryFolder } from "../../memos/support.js";
import { failureSchema, memos } from "./memosProcess.js";

test("models lie where MEMOS_MODELS says, or in the user's cache", () => {
  assert.equal(modelsFolder({ MEMOS_MODELS: "/data/models" }), "/data/models");
  assert.equal(modelsFolder({ MEMOS_MODELS: "" }), join(homedir(), ".cache", "memos", "models"));
});

test("a model is fetched, listed and checked", async (t) => {
  const environment = { MEMOS_MODELS: await temporaryFolder(t) };
  const { url } = await startModelServer(t, await readFile(await generatedModel("nano", MODELS)));
  const run = (...args: string[]) => memos(["models", ...args], { environment });

  const pulled = await run("pull", url);
  assert.equal(pulled.status, 0, pulled.stderr);
  assert.match(pulled.stdout, /^fetched .*model\.gguf .*checked by its length and its header only\n$/);
  assert.match((await run("pull", url)).stdout, /is here already\n$/);

  const listed = await run("list", "--json");
  const { models } = z
    .object({ models: z.array(z.object({ file: z.string(), path: z.string().optional() })) })
    .parse(JSON.parse(listed.stdout));
  assert.ok(models.some(({ file, path }) => file === "model.gguf" && path !== undefined));
  assert.match((await run("list")).stdout, /qwen2\.5-0\.5b/);

  const path = join(environment.MEMOS_MODELS, "model.gguf");
  assert.match((await run("check", path)).stdout, /as it was fetched\n$/);
});

test("a model that cannot be had is one sentence and what to do", async (t) => {
  const environment = { MEMOS_MODELS: await temporaryFolder(t) };
  const { url } = await startModelServer(t, Buffer.of(), { status: 404 });
  const { status, stdout } = await memos(["models", "pull", url, "--json"], { environment });
  assert.equal(status, 1);
  const { error } = failureSchema.parse(JSON.parse(stdout));
  assert.equal(error.code, "INVALID_INPUT");
  assert.match(error.message, /does not have it at this address \(status 404\)/);
});

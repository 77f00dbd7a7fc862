import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as z from "zod";
import { programStatusSchema } from "../../../agents/index.js";
import { says, startCompletionServer } from "../../memos/inference/completionServer.js";
import { temporaryFolder } from "../../memos/support.js";
import { memos } from "./memosProcess.js";

const resultSchema = z.strictObject({
  operation: z.literal("write"),
  program: programStatusSchema,
  files: z.array(z.string()),
});

const plan = {
  instructions: [
    { text: "Write the first chapter.", file: "guide.md" },
    { text: "Append the second chapter.", file: "guide.md" },
  ],
};

const step = (kind: "create" | "append", text: string) =>
  JSON.stringify({
    reads: [],
    writes: [{ path: "guide.md", kind, text, from: null, to: null }],
    note: "It is written.",
    done: true,
  });

test("a goal becomes a plan, and the plan a file; one that is interrupted goes on where it was", async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, "bees");
  const server = await startCompletionServer(
    t,
    says(JSON.stringify(plan)),
    says(step("create", "# One")),
    (response) => response.destroy(),
    (response) => response.destroy(),
    (response) => response.destroy(),
    says(step("append", "# Two")),
  );
  const environment = { MEMOS_MODEL_URL: server.baseURL, MEMOS_MODEL: "test" };
  const common = ["--user", "ana", "--out", out, "--store", join(folder, "store")];
  const first = await memos(["write", "A guide to keeping bees.", ...common], { environment });
  assert.notEqual(first.status, 0, "the model broke off");
  const id = /program ([0-9a-f-]{36})/.exec(first.stderr)?.[1] ?? "";
  const second = await memos(["write", "--program", id, ...common, "--json"], { environment });
  assert.equal(second.status, 0, second.stderr);
  const { program, files } = resultSchema.parse(JSON.parse(second.stdout));
  assert.equal(program.state, "done");
  assert.deepEqual(files, [join(out, "guide.md")]);
  assert.equal((await readFile(join(out, "guide.md"), "utf8")).trim(), "# One\n# Two");
});

test("a goal and a model are needed", async (t) => {
  const store = ["--user", "ana", "--store", join(await temporaryFolder(t), "store")];
  assert.equal((await memos(["write", ...store])).status, 2);
  const unnamed = await memos(["write", "A guide.", ...store]);
  assert.equal(unnamed.status, 2);
  assert.match(unnamed.stderr, /a model is needed/);
});

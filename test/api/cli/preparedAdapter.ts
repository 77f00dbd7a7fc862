import assert from "node:assert/strict";
import { join } from "node:path";
import type * as z from "zod";
import type { Scope } from "../../../memos/index.js";
import { generatedModel } from "../../../memos/inference/gguf/generated/generatedModel.js";
import { MODELS } from "../../memos/inference/local/support.js";
import { begin, ended, MEMORIES, openTraining } from "../../memos/parametric/support.js";
import { type Lifetime, remember, temporaryFolder } from "../../memos/support.js";
import { memos } from "./memosProcess.js";
import { pythonStandIn } from "./pythonStandIn.js";

export const ANA: Scope = { tenant: "local", user: "ana" };

/** A store with memories and an adapter of them, and a trainer for a command line. */
export async function preparedAdapter(
  t: Lifetime,
  { memories = MEMORIES.slice(0, 1), gates }: { memories?: string[]; gates?: { recall: number } } = {},
) {
  const path = join(await temporaryFolder(t), "store");
  const opened = await openTraining(t, { path });
  for (const memory of memories) await remember(opened.memos, memory, ANA);
  const receipt = await begin(opened.memos, ANA, gates === undefined ? {} : { gates });
  await ended(opened.memos, receipt, ANA);
  await opened.memos.close();
  await opened.engine[Symbol.asyncDispose]();
  const trainer = await pythonStandIn(t);
  const options = {
    environment: {
      MEMOS_TRAINER_PYTHON: trainer.python,
      MEMOS_MODEL: await generatedModel("nano", MODELS),
    },
  };
  const ana = ["--user", "ana", "--store", path];
  const run = (...args: string[]) => memos([...args, ...ana], options);
  const json = async <S extends z.ZodType>(schema: S, status: number, ...args: string[]) => {
    const done = await run(...args, "--json");
    assert.equal(done.status, status, done.stderr + done.stdout);
    return schema.parse(JSON.parse(done.stdout)) as z.output<S>;
  };
  return { first: receipt.adapter, trainer, ana, options, run, json };
}

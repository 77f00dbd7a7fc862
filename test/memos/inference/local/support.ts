import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMemosError } from "../../../../memcube/index.js";
import { generatedModel } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { LocalEngine, type LocalEngineOptions } from "../../../../memos/inference/index.js";
import { atEnd, type Lifetime } from "../../support.js";

/** Models of random weights are made once and found again: they are always the same. */
export const MODELS = join(tmpdir(), "memos-test-models");

/** The smallest model, on one thread: tests run beside others, and threads that wait for each other are slow. */
export async function localEngine(
  t: Lifetime,
  options: Partial<LocalEngineOptions> = {},
  supervision: ConstructorParameters<typeof LocalEngine>[1] = {},
): Promise<LocalEngine> {
  const engine = new LocalEngine(
    {
      model: options.model ?? (await generatedModel("nano", MODELS)),
      contextTokens: 4_096,
      threads: 1,
      gpu: false,
      ...options,
    },
    { backOffMs: 1, ...supervision },
  );
  atEnd(t, () => engine[Symbol.asyncDispose]());
  return engine;
}

/** Several chunks of prefill. */
export const LONG = [{ role: "system" as const, content: "memory ".repeat(600) }];

/** Ends the process of the engine as the kernel would, when memory is short. */
export async function kill(engine: LocalEngine): Promise<void> {
  const pid = await engine.pid();
  assert.ok(pid !== undefined);
  process.kill(pid, "SIGKILL");
}

export const failed = (error: unknown) => isMemosError(error, "MODEL_FAILED");

import { tmpdir } from "node:os";
import { join } from "node:path";
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
      contextTokens: 1_024,
      threads: 1,
      gpu: false,
      ...options,
    },
    { backOffMs: 1, ...supervision },
  );
  atEnd(t, () => engine[Symbol.asyncDispose]());
  return engine;
}

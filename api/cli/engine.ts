import type { Engine } from "../../memos/index.js";
import { type ModelChoice, modelsFolder } from "./config.js";

/** Makes the engine of the model that was chosen. It starts when it is first asked something. */
export async function createEngine(choice: ModelChoice): Promise<Engine> {
  const { LlamaServerEngine, LocalEngine, OpenAIEngine } = await import("../../memos/inference/index.js");
  const { contextTokens } = choice;
  if (choice.kind === "local") {
    const { ModelFolder } = await import("../../memos/inference/models/modelFolder.js");
    return new LocalEngine({
      model: await new ModelFolder(modelsFolder()).find(choice.model),
      ...(contextTokens === undefined ? {} : { contextTokens }),
    });
  }
  const { kind, url: baseURL, key: apiKey, model, saltKey, weights, flush, slotsAlone } = choice;
  const common = {
    baseURL,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(weights === undefined ? {} : { weights }),
  };
  if (kind === "llama-server")
    return new LlamaServerEngine({ ...common, ...(slotsAlone === undefined ? {} : { keepsPrompts: false }) });
  return new OpenAIEngine({
    ...common,
    model,
    server: kind,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(saltKey === undefined ? {} : { saltKey }),
    ...(flush === undefined ? {} : { flush }),
  });
}

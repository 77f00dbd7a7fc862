import {
  GENERATED_MODELS,
  generatedModel,
} from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { randomBits } from "../../../../memos/inference/gguf/generated/weights.js";
import { sha256OfFile } from "../../../../memos/inference/gguf/index.js";
import { type Recipe, recipeSchema } from "../../../../memos/parametric/recipe.js";
import type { TokenExample, TrainingJob } from "../../../../memos/parametric/trainer.js";
import { MODELS } from "../../inference/local/support.js";

/** Random text tokens of the `nano` model. */
export function randomExamples(count: number, seed = 1): TokenExample[] {
  const bits = randomBits(seed);
  const below = (limit: number) => bits() % limit;
  return Array.from({ length: count }, () => ({
    tokens: Array.from({ length: 6 + below(10) }, () => 300 + below(GENERATED_MODELS.nano.vocabulary - 300)),
    learnFrom: 2,
  }));
}

/** A small job for the `nano` model. */
export async function nanoJob(
  folder: string,
  changes: Partial<Omit<TrainingJob, "recipe">> & { readonly recipe?: Partial<Recipe> } = {},
): Promise<TrainingJob> {
  const path = await generatedModel("nano", MODELS);
  const { recipe, ...others } = changes;
  return {
    id: "job-1",
    base: { path, sha256: await sha256OfFile(path) },
    train: randomExamples(8),
    heldOut: randomExamples(2, 2),
    limits: { seconds: 300, bytes: 8 * 2 ** 30 },
    folder,
    ...others,
    recipe: recipeSchema.parse({ rank: 8, epochs: 12, batchTokens: 64, learningRate: 2e-2, ...recipe }),
  };
}

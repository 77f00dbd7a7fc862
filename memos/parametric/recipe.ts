import * as z from "zod";
import { ADAPTER_LIMITS } from "./limits.js";

/** Matrices of a layer that an adapter may change, by the names that PEFT gives them. */
export const TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] as const;

/** How an adapter is trained. Equal recipes, sets and seeds on one machine give equal adapters. */
export const recipeSchema = z
  .strictObject({
    /** LoRA (arXiv 2106.09685), rank-stabilised (2312.03732), or with magnitudes apart (DoRA, 2402.09353). */
    method: z.enum(["lora", "rslora", "dora"]).default("lora"),
    rank: z.int().min(1).max(ADAPTER_LIMITS.rank).default(16),
    /** What is learned counts `alpha / rank` times; under rsLoRA `alpha / √rank` times. */
    alpha: z.number().positive().max(4_096).default(32),
    targets: z
      .array(z.enum(TARGETS))
      .min(1)
      .default([...TARGETS]),
    /** GaLore (2403.03507) keeps its moments in a small subspace of the gradients. */
    optimizer: z.enum(["adamw", "galore"]).default("adamw"),
    learningRate: z.number().positive().max(1).default(2e-3),
    epochs: z.int().min(1).max(ADAPTER_LIMITS.epochs).default(30),
    /** Tokens that one step learns from, about. */
    batchTokens: z.int().min(64).max(1_048_576).default(4_096),
    /** Training ends early when the mean loss of an epoch is below it; 0 never. */
    stopLoss: z.number().nonnegative().default(0.02),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1),
  })
  .meta({ id: "AdapterRecipe" });

export type Recipe = z.output<typeof recipeSchema>;

import { open } from "node:fs/promises";
import * as z from "zod";
import { canonicalJson } from "../../../memcube/index.js";
import { parse } from "../../parse.js";
import { ADAPTER_LIMITS } from "../limits.js";
import type { Adapter } from "./adapter.js";
import { isDora } from "./adapter.js";
import { adapterInvalid } from "./adapterInvalid.js";

/** What is off: absent, null, false or empty. */
const off = z.union([z.null(), z.literal(false), z.array(z.unknown()).max(0), z.strictObject({})]).optional();

/**
 * `adapter_config.json` of PEFT 0.21 (`LoraConfig`). What would change what the two matrices mean must be off; the
 * rest is about training, and is not read.
 */
const peftConfigSchema = z.looseObject({
  peft_type: z.literal("LORA"),
  r: z.int().min(1).max(ADAPTER_LIMITS.rank),
  lora_alpha: z.number().positive().max(ADAPTER_LIMITS.alpha),
  use_rslora: z.boolean().default(false),
  use_dora: z.boolean().default(false),
  /** Names, not a pattern. */
  target_modules: z.array(z.string().min(1)).min(1).max(ADAPTER_LIMITS.tensors),
  bias: z.literal("none").default("none"),
  /** Others, as PiSSA, change the base itself. */
  init_lora_weights: z.union([z.boolean(), z.enum(["gaussian", "orthogonal", "eva"])]).default(true),
  fan_in_fan_out: off,
  lora_bias: off,
  rank_pattern: off,
  alpha_pattern: off,
  modules_to_save: off,
  target_parameters: off,
  trainable_token_indices: off,
  layer_replication: off,
  alora_invocation_tokens: off,
  arrow_config: off,
  kasa_config: off,
  use_qalora: off,
  use_bdlora: off,
});

export type PeftConfig = z.output<typeof peftConfigSchema>;

/**
 * Reads `adapter_config.json`.
 *
 * @throws MemosError ADAPTER_INVALID for a file that is missing, too large, or of an adapter that is not a plain sum.
 */
export async function readPeftConfig(path: string): Promise<PeftConfig> {
  const json = await start(path, ADAPTER_LIMITS.headerBytes + 1);
  if (json.length > ADAPTER_LIMITS.headerBytes)
    throw adapterInvalid(
      `The adapter's configuration is larger than the ${ADAPTER_LIMITS.headerBytes} bytes allowed.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(json.toString("utf8"));
  } catch (error) {
    throw adapterInvalid("The adapter's configuration is not JSON.", error);
  }
  try {
    return parse(peftConfigSchema, value);
  } catch (error) {
    throw adapterInvalid(`The adapter's configuration is not supported. ${(error as Error).message}`, error);
  }
}

/** The first bytes of a file. */
async function start(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw adapterInvalid(`There is no configuration ${path}.`, error);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw adapterInvalid(`The configuration ${path} cannot be read.`, error);
  } finally {
    await file.close();
  }
}

/** `adapter_config.json` of an adapter; equal adapters have equal bytes. */
export function peftConfigOf(adapter: Adapter, baseName: string): Uint8Array {
  const { rank, alpha, scale, pairs } = adapter;
  const config = {
    alpha_pattern: {},
    base_model_name_or_path: baseName,
    bias: "none",
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: "LORA",
    r: rank,
    rank_pattern: {},
    target_modules: [...new Set(pairs.map(({ target }) => target))].sort(),
    task_type: "CAUSAL_LM",
    use_dora: isDora(adapter),
    use_rslora: scale !== alpha / rank,
  };
  return Buffer.from(`${canonicalJson(config)}\n`);
}

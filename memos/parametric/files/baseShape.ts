import { inspectGguf, sha256OfFile, type TensorEntry } from "../../inference/gguf/index.js";
import type { Target } from "./adapter.js";

/** What an adapter must know of the model that it is for. */
export interface BaseShape {
  /** The GGUF file, and its SHA-256. */
  readonly path: string;
  readonly sha256: string;
  readonly name: string | undefined;
  readonly architecture: string;
  readonly layers: number;
  /** Numbers of one attention head. */
  readonly headDim: number;
  /** Every tensor of the file, by its name. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** PEFT's names of matrices, as GGUF has them. */
export const GGUF_NAMES: Readonly<Record<Target, string>> = {
  q_proj: "attn_q",
  k_proj: "attn_k",
  v_proj: "attn_v",
  o_proj: "attn_output",
  gate_proj: "ffn_gate",
  up_proj: "ffn_up",
  down_proj: "ffn_down",
};

/** The name of a matrix in a GGUF file, as `blk.0.attn_q.weight`. */
export function tensorName(layer: number, target: Target): string {
  return `blk.${layer}.${GGUF_NAMES[target]}.weight`;
}

/**
 * What a model's file says that matters to its adapters. Its hash is remembered while the file is the same.
 *
 * @throws MemosError NOT_FOUND, MODEL_INVALID, ABORTED.
 */
export async function baseShape(ggufPath: string, signal?: AbortSignal): Promise<BaseShape> {
  const { name, architecture, layers, headDim, tensors } = await inspectGguf(ggufPath);
  return {
    path: ggufPath,
    sha256: await sha256OfFile(ggufPath, signal),
    name,
    architecture,
    layers,
    headDim,
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  };
}

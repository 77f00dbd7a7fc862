import type { GgufContent, GgufTensor, GgufValue } from "../../../../memos/inference/gguf/index.js";

export function tensor(name: string, dimensions: readonly number[], type = 0, bytes?: number): GgufTensor {
  const length = bytes ?? dimensions.reduce((product, size) => product * size, 4);
  return { name, dimensions, type, data: () => [new Uint8Array(length).fill(name.length)] };
}

/** The least that a model of Llama says. */
export function smallModel(changes: Readonly<Record<string, GgufValue | undefined>> = {}): GgufContent {
  const metadata: Record<string, GgufValue | undefined> = {
    "general.architecture": { type: "string", value: "llama" },
    "llama.block_count": { type: "uint32", value: 2 },
    "llama.embedding_length": { type: "uint32", value: 64 },
    "llama.context_length": { type: "uint64", value: 4_096 },
    "llama.attention.head_count": { type: "uint32", value: 4 },
    "tokenizer.ggml.tokens": { type: "array", of: "string", value: ["a", "b"] },
    ...changes,
  };
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata).filter((pair): pair is [string, GgufValue] => pair[1] !== undefined),
    ),
    tensors: [tensor("token_embd.weight", [64, 2]), tensor("output_norm.weight", [3])],
  };
}

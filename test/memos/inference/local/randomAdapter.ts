import { GENERATED_MODELS } from "../../../../memos/inference/gguf/generated/generatedModel.js";
import { randomBits } from "../../../../memos/inference/gguf/generated/weights.js";
import { GGML, sha256OfFile, writeGguf } from "../../../../memos/inference/gguf/index.js";

const RANK = 4;

/** A LoRA adapter of random weights for the `nano` model. */
export async function randomAdapter(path: string, seed: number): Promise<{ path: string; sha256: string }> {
  const { width } = GENERATED_MODELS.nano;
  const bits = randomBits(seed);
  const numbers = () =>
    new Uint8Array(Float32Array.from({ length: RANK * width }, () => bits() / 2 ** 32 - 0.5).buffer);
  const tensor = (name: string, dimensions: number[]) => ({
    name: `blk.0.attn_output.weight.${name}`,
    dimensions,
    type: GGML.F32,
    data: () => [numbers()],
  });
  await writeGguf(path, {
    metadata: {
      "general.type": { type: "string", value: "adapter" },
      "general.architecture": { type: "string", value: "llama" },
      "adapter.type": { type: "string", value: "lora" },
      "adapter.lora.alpha": { type: "float32", value: 8 },
    },
    tensors: [tensor("lora_a", [width, RANK]), tensor("lora_b", [RANK, width])],
  });
  return { path, sha256: await sha256OfFile(path) };
}

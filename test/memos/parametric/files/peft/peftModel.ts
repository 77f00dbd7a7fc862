import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { vocabulary } from "../../../../../memos/inference/gguf/generated/vocabulary.js";
import { GGML, type GgufTensor, writeGguf } from "../../../../../memos/inference/gguf/index.js";
import { tensorName } from "../../../../../memos/parametric/files/baseShape.js";
import type { Target } from "../../../../../memos/parametric/files/index.js";
import { SafetensorsFile } from "../../../../../memos/parametric/files/safetensors.js";

const FOLDER = fileURLToPath(new URL("../../../../../../test/memos/parametric/files/peft/", import.meta.url));

/** What `make.py` left: the folders of its adapters. */
export const PEFT_FOLDERS = { lora: `${FOLDER}lora`, rslora: `${FOLDER}rslora` } as const;

const LAYERS = 2;
const HEADS = { q_proj: 4, k_proj: 2 };
const WIDTH = 32;
const VOCABULARY = 320;

/** The tokens of the prompt of `make.py`. */
export async function peftTokens(): Promise<number[]> {
  return JSON.parse(await readFile(`${FOLDER}tokens.json`, "utf8")) as number[];
}

/** The logits after each of the tokens as PEFT computed them. */
export async function peftLogits(name: "base" | "lora" | "rslora"): Promise<Float32Array[]> {
  const all = (await tensors("logits.safetensors")).get(name) ?? new Float32Array();
  return Array.from({ length: all.length / VOCABULARY }, (_, at) =>
    all.subarray(at * VOCABULARY, (at + 1) * VOCABULARY),
  );
}

async function tensors(name: string): Promise<Map<string, Float32Array>> {
  const file = await SafetensorsFile.open(`${FOLDER}${name}`);
  const found = new Map<string, Float32Array>();
  for (const entry of file.entries.values()) found.set(entry.name, await file.read(entry));
  await file.close();
  return found;
}

/** The base of `make.py` as llama.cpp has it, in F32. */
export async function writePeftBase(path: string): Promise<void> {
  const weights = await tensors("base.safetensors");
  const words = vocabulary(VOCABULARY);
  const list: GgufTensor[] = [];
  const put = (name: string, from: string, heads?: number) => {
    const values = weights.get(`model.${from}.weight`) ?? new Float32Array();
    const columns = from.endsWith("norm") || from.endsWith("layernorm") ? values.length : columnsOf(from);
    const ordered = heads === undefined ? values : halvesToNeighbours(values, columns, heads);
    list.push({
      name,
      dimensions: columns === values.length ? [columns] : [columns, values.length / columns],
      type: GGML.F32,
      data: () => [new Uint8Array(Float32Array.from(ordered).buffer)],
    });
  };
  put("token_embd.weight", "embed_tokens");
  for (let layer = 0; layer < LAYERS; layer++) {
    const own = `layers.${layer}`;
    put(`blk.${layer}.attn_norm.weight`, `${own}.input_layernorm`);
    put(`blk.${layer}.ffn_norm.weight`, `${own}.post_attention_layernorm`);
    for (const target of ["q_proj", "k_proj"] as const)
      put(tensorName(layer, target), `${own}.self_attn.${target}`, HEADS[target]);
    for (const target of ["v_proj", "o_proj"] as const)
      put(tensorName(layer, target), `${own}.self_attn.${target}`);
    for (const target of ["gate_proj", "up_proj", "down_proj"] as const satisfies Target[])
      put(tensorName(layer, target), `${own}.mlp.${target}`);
  }
  put("output_norm.weight", "norm");
  await writeGguf(path, {
    metadata: {
      "general.architecture": { type: "string", value: "llama" },
      "llama.context_length": { type: "uint32", value: 256 },
      "llama.embedding_length": { type: "uint32", value: WIDTH },
      "llama.block_count": { type: "uint32", value: LAYERS },
      "llama.feed_forward_length": { type: "uint32", value: 2 * WIDTH },
      "llama.attention.head_count": { type: "uint32", value: HEADS.q_proj },
      "llama.attention.head_count_kv": { type: "uint32", value: HEADS.k_proj },
      "llama.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-5 },
      "llama.rope.dimension_count": { type: "uint32", value: WIDTH / HEADS.q_proj },
      "llama.rope.freq_base": { type: "float32", value: 10_000 },
      "tokenizer.ggml.model": { type: "string", value: "llama" },
      "tokenizer.ggml.pre": { type: "string", value: "default" },
      "tokenizer.ggml.tokens": { type: "array", of: "string", value: words.pieces },
      "tokenizer.ggml.scores": { type: "array", of: "float32", value: words.scores },
      "tokenizer.ggml.token_type": { type: "array", of: "int32", value: words.types },
      "tokenizer.ggml.unknown_token_id": { type: "uint32", value: words.unknown },
      "tokenizer.ggml.bos_token_id": { type: "uint32", value: words.begin },
      "tokenizer.ggml.eos_token_id": { type: "uint32", value: words.end },
    },
    tensors: list,
  });
}

function columnsOf(from: string): number {
  return from.endsWith("down_proj") ? 2 * WIDTH : WIDTH;
}

/** As llama.cpp's conversion permutes the rows of queries and keys: [heads, 2, half] becomes [heads, half, 2]. */
function halvesToNeighbours(values: Float32Array, columns: number, heads: number): Float32Array {
  const half = values.length / columns / heads / 2;
  const permuted = new Float32Array(values.length);
  let row = 0;
  for (let head = 0; head < heads; head++)
    for (let place = 0; place < half; place++)
      for (const side of [0, 1]) {
        const from = (head * 2 + side) * half + place;
        permuted.set(values.subarray(from * columns, (from + 1) * columns), row++ * columns);
      }
  return permuted;
}

import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../../../atomicFile.js";
import { GGML } from "../ggmlType.js";
import { type GgufContent, type GgufTensor, writeGguf } from "../write.js";
import { vocabulary } from "./vocabulary.js";
import { RandomWeights } from "./weights.js";

interface Shape {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** GGML type of the matrices. */
  readonly type: number;
}

/** Llama models of random weights: real in shape, speed and files, without meaning in what they say. */
export const GENERATED_MODELS = {
  /** 0.4 MB: for tests of everything around a model. */
  nano: { layers: 2, width: 64, heads: 4, kvHeads: 2, feedForward: 256, vocabulary: 512, type: GGML.F16 },
  /** 51 MB. */
  tiny: {
    layers: 8,
    width: 512,
    heads: 8,
    kvHeads: 4,
    feedForward: 1_408,
    vocabulary: 2_048,
    type: GGML.F16,
  },
  /** 442 MB, shaped as Qwen2 0.5B. */
  mid: {
    layers: 24,
    width: 896,
    heads: 14,
    kvHeads: 2,
    feedForward: 4_864,
    vocabulary: 32_000,
    type: GGML.Q8_0,
  },
} as const satisfies Record<string, Shape>;

export type GeneratedModel = keyof typeof GENERATED_MODELS;

/** Changes when what is generated changes, so that files made before are made again. */
const RECIPE = 1;
const SEED = 20_250_701;
const CONTEXT_TOKENS = 32_768;

/** Queries and keys are larger than the rest: attention then has favourites, as in a trained model. */
const DEVIATION = { embedding: 0.03, attention: 0.05, other: 0.03, output: 0.05 } as const;

const CHAT_TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/**
 * A model of random weights with a SentencePiece vocabulary and ChatML, always the same bytes for a name. It is made
 * on first use (`mid` takes some seconds), atomically, and found again in the folder later; several processes may
 * ask at once.
 *
 * @returns the path of the GGUF file.
 * @throws MemosError DISK_FULL.
 */
export async function generatedModel(name: GeneratedModel, folder: string): Promise<string> {
  const path = join(folder, `${name}-${RECIPE}.gguf`);
  const marker = `${path}.bytes`;
  const [expected, found] = await Promise.all([
    readFile(marker, "utf8").catch(() => undefined),
    stat(path).catch(() => undefined),
  ]);
  if (found !== undefined && expected === String(found.size)) return path;
  await mkdir(folder, { recursive: true });
  const { bytes } = await writeGguf(path, generatedContent(name));
  await writeAtomically(marker, (file) => file.writeFile(String(bytes)));
  return path;
}

/** What `generatedModel` writes. */
export function generatedContent(name: GeneratedModel): GgufContent {
  const shape: Shape = GENERATED_MODELS[name];
  const words = vocabulary(shape.vocabulary);
  return {
    metadata: {
      "general.architecture": { type: "string", value: "llama" },
      "general.name": { type: "string", value: `generated ${name}` },
      "general.file_type": { type: "uint32", value: shape.type === GGML.F16 ? 1 : 7 },
      "llama.context_length": { type: "uint32", value: CONTEXT_TOKENS },
      "llama.embedding_length": { type: "uint32", value: shape.width },
      "llama.block_count": { type: "uint32", value: shape.layers },
      "llama.feed_forward_length": { type: "uint32", value: shape.feedForward },
      "llama.attention.head_count": { type: "uint32", value: shape.heads },
      "llama.attention.head_count_kv": { type: "uint32", value: shape.kvHeads },
      "llama.attention.layer_norm_rms_epsilon": { type: "float32", value: 1e-5 },
      "llama.rope.dimension_count": { type: "uint32", value: shape.width / shape.heads },
      "llama.rope.freq_base": { type: "float32", value: 10_000 },
      "llama.vocab_size": { type: "uint32", value: shape.vocabulary },
      "tokenizer.ggml.model": { type: "string", value: "llama" },
      "tokenizer.ggml.pre": { type: "string", value: "default" },
      "tokenizer.ggml.tokens": { type: "array", of: "string", value: words.pieces },
      "tokenizer.ggml.scores": { type: "array", of: "float32", value: words.scores },
      "tokenizer.ggml.token_type": { type: "array", of: "int32", value: words.types },
      "tokenizer.ggml.unknown_token_id": { type: "uint32", value: words.unknown },
      "tokenizer.ggml.bos_token_id": { type: "uint32", value: words.begin },
      "tokenizer.ggml.eos_token_id": { type: "uint32", value: words.end },
      "tokenizer.ggml.add_bos_token": { type: "bool", value: true },
      "tokenizer.ggml.add_space_prefix": { type: "bool", value: false },
      "tokenizer.chat_template": { type: "string", value: CHAT_TEMPLATE },
    },
    tensors: tensors(shape, words.unspoken),
  };
}

function tensors(shape: Shape, unspoken: ReadonlySet<number>): GgufTensor[] {
  const { width, feedForward } = shape;
  const kvWidth = (width / shape.heads) * shape.kvHeads;
  const weights = new RandomWeights(shape.type, SEED);
  const list: GgufTensor[] = [];
  const matrix = (
    name: string,
    columns: number,
    rows: number,
    deviation: number,
    zeroRows?: ReadonlySet<number>,
  ) => {
    const number = list.length;
    list.push({
      name: `${name}.weight`,
      dimensions: [columns, rows],
      type: shape.type,
      data: () => weights.rows(number, columns, rows, deviation, zeroRows),
    });
  };
  const norm = (name: string) =>
    list.push({
      name: `${name}.weight`,
      dimensions: [width],
      type: GGML.F32,
      data: () => [new Uint8Array(new Float32Array(width).fill(1).buffer)],
    });
  matrix("token_embd", width, shape.vocabulary, DEVIATION.embedding);
  for (let layer = 0; layer < shape.layers; layer++) {
    const block = `blk.${layer}`;
    norm(`${block}.attn_norm`);
    matrix(`${block}.attn_q`, width, width, DEVIATION.attention);
    matrix(`${block}.attn_k`, width, kvWidth, DEVIATION.attention);
    matrix(`${block}.attn_v`, width, kvWidth, DEVIATION.other);
    matrix(`${block}.attn_output`, width, width, DEVIATION.other);
    norm(`${block}.ffn_norm`);
    matrix(`${block}.ffn_gate`, width, feedForward, DEVIATION.other);
    matrix(`${block}.ffn_up`, width, feedForward, DEVIATION.other);
    matrix(`${block}.ffn_down`, feedForward, width, DEVIATION.other);
  }
  norm("output_norm");
  // Their logit is always 0 and that of some text token more: greedy decoding gives text and does not end by itself.
  matrix("output", width, shape.vocabulary, DEVIATION.output, unspoken);
  return list;
}

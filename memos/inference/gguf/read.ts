import { MemosError } from "../../../memcube/index.js";
import { type ModelPurpose, purposeOf } from "./architecture.js";
import { GgufFile } from "./ggufFile.js";
import { type GgufHeader, type MetadataValue, shown, type TensorEntry } from "./header.js";
import { GGUF_LIMITS } from "./limits.js";

/** What the header of a model file says, in numbers that are known to be sensible. */
export interface GgufModel {
  readonly architecture: string;
  readonly purpose: ModelPurpose;
  readonly name: string | undefined;
  readonly layers: number;
  readonly heads: number;
  /** Of the layer that has the most. */
  readonly kvHeads: number;
  /** Numbers in a key of one head; values usually have as many. */
  readonly headDim: number;
  readonly embeddingLength: number;
  /** Tokens that the model was trained to keep apart. */
  readonly contextLength: number;
  /** Tokens of its vocabulary. */
  readonly vocabulary: number;
  /** Everything about RoPE, for a canonical hash: keys without the architecture, as `freq_base`. */
  readonly rope: Readonly<Record<string, string | number | boolean | readonly number[]>>;
  readonly chatTemplate: string | undefined;
  readonly fileBytes: number;
  readonly tensors: readonly TensorEntry[];
  /** Memory that the weights and an F16 cache for such a context need, in bytes. */
  estimateBytes(use: { readonly contextTokens: number; readonly sequences: number }): number;
}

/** llama.cpp rounds the cells of a cache up to a multiple of it. */
const CELLS_ROUNDED_TO = 256;
const HALF_BYTES = 2;

/**
 * Reads what a GGUF file says of its model, and refuses what llama.cpp could not load or should not see. The file's
 * tensors are not read. The header is read through a small window; nothing is allocated by a number in it unchecked.
 *
 * @throws MemosError NOT_FOUND for a path without a file; MODEL_INVALID for a file that is no GGUF file, is
 * truncated, is of an unknown version or architecture, announces more than `GGUF_LIMITS`, or is an adapter.
 */
export async function inspectGguf(path: string): Promise<GgufModel> {
  const file = await GgufFile.open(path);
  try {
    return model(file.header, file.size);
  } finally {
    await file.close();
  }
}

function model({ metadata, tensors }: GgufHeader, fileBytes: number): GgufModel {
  const architecture = metadata.get("general.architecture");
  if (typeof architecture !== "string")
    throw invalid("The file does not say which architecture its model has.");
  if (metadata.get("general.type") === "adapter") throw invalid("The file is an adapter, not a model.");
  const purpose = purposeOf(architecture);
  if (purpose === undefined)
    throw invalid(`Models of the architecture ${shown(architecture)} are not supported.`);
  const parts = metadata.get("split.count");
  if (typeof parts === "number" && parts > 1)
    throw invalid(`The file is one of ${parts} parts of a model; join them first.`);
  if (tensors.length === 0) throw invalid("The file has no tensors.");
  const tokens = metadata.get("tokenizer.ggml.tokens");
  if (typeof tokens !== "object" || !("items" in tokens) || tokens.items === 0)
    throw invalid("The file has no vocabulary.");

  const keys = new Keys(metadata, architecture);
  const layers = keys.number("block_count", GGUF_LIMITS.layers);
  const embeddingLength = keys.number("embedding_length");
  const heads = keys.perLayer("attention.head_count", layers);
  const kvHeads = keys.perLayer("attention.head_count_kv", layers, heads);
  const mostHeads = Math.max(...heads);
  if (mostHeads === 0) throw invalid("The model has no attention.");
  const headDim = keys.number(
    "attention.key_length",
    GGUF_LIMITS.size,
    Math.floor(embeddingLength / mostHeads),
  );
  const valueDim = keys.number("attention.value_length", GGUF_LIMITS.size, headDim);
  const tokenBytes = kvHeads.reduce((sum, count) => sum + count * (headDim + valueDim) * HALF_BYTES, 0);
  const name = metadata.get("general.name");
  const chatTemplate = metadata.get("tokenizer.chat_template");
  return {
    architecture,
    purpose,
    name: typeof name === "string" ? name : undefined,
    layers,
    heads: mostHeads,
    kvHeads: Math.max(...kvHeads),
    headDim,
    embeddingLength,
    contextLength: keys.number("context_length"),
    vocabulary: tokens.items,
    rope: keys.group("rope."),
    chatTemplate: typeof chatTemplate === "string" ? chatTemplate : undefined,
    fileBytes,
    tensors,
    estimateBytes: ({ contextTokens, sequences }) =>
      fileBytes + Math.ceil(contextTokens / CELLS_ROUNDED_TO) * CELLS_ROUNDED_TO * sequences * tokenBytes,
  };
}

class Keys {
  constructor(
    private readonly metadata: ReadonlyMap<string, MetadataValue>,
    private readonly architecture: string,
  ) {}

  /** A number of at least 1. */
  number(key: string, limit: number = GGUF_LIMITS.size, otherwise?: number): number {
    const value = this.metadata.get(`${this.architecture}.${key}`) ?? otherwise;
    if (!isCount(value) || value === 0 || value > limit)
      throw invalid(`The file does not say a sensible ${this.architecture}.${key}.`);
    return value;
  }

  /** One number for each layer, where the file may have one for all; 0 for layers without. */
  perLayer(key: string, layers: number, otherwise?: readonly number[]): readonly number[] {
    const found = this.metadata.get(`${this.architecture}.${key}`) ?? otherwise;
    const values = typeof found === "number" ? new Array<number>(layers).fill(found) : found;
    if (
      !Array.isArray(values) ||
      values.length !== layers ||
      !values.every((value) => isCount(value) && value <= 65_536)
    )
      throw invalid(`The file does not say a sensible ${this.architecture}.${key}.`);
    return values;
  }

  group(prefix: string): Record<string, string | number | boolean | readonly number[]> {
    const start = `${this.architecture}.${prefix}`;
    const entries: [string, string | number | boolean | readonly number[]][] = [];
    for (const [key, value] of this.metadata)
      if (key.startsWith(start) && (typeof value !== "object" || Array.isArray(value)))
        entries.push([key.slice(start.length), value as string | number | boolean | readonly number[]]);
    return Object.fromEntries(entries);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function invalid(message: string): MemosError {
  return new MemosError("MODEL_INVALID", message);
}

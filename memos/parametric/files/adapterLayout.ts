import { isMemosError, type MemosError } from "../../../memcube/index.js";
import {
  GGML,
  GGUF_VALUE,
  GgufFile,
  type GgufHeader,
  ggmlLayout,
  shown,
  type TensorEntry,
} from "../../inference/gguf/index.js";
import { ADAPTER_LIMITS } from "../limits.js";
import { inOrder, type Target } from "./adapter.js";
import { adapterInvalid } from "./adapterInvalid.js";
import { type BaseShape, GGUF_NAMES, tensorName } from "./baseShape.js";
import { checkAlpha, checkRank, matrixOf } from "./checkFit.js";

/** SHA-256 of the model that an adapter is for, in its metadata. */
export const BASE_KEY = "memos.base.sha256";

/** Keys that an adapter may have; what begins with `general.` besides is a description. */
const KEYS: ReadonlySet<string> = new Set(["adapter.type", "adapter.lora.alpha", BASE_KEY]);

const TARGET_NAMES = new Map(
  Object.entries(GGUF_NAMES).map(([target, name]) => [name, target as Target] as const),
);
const NAME = new RegExp(
  `^blk\\.(0|[1-9]\\d{0,2})\\.(${[...TARGET_NAMES.keys()].join("|")})\\.weight\\.lora_([ab])$`,
);

export interface PairEntries {
  readonly layer: number;
  readonly target: Target;
  readonly a: TensorEntry;
  readonly b: TensorEntry;
}

/** What the header of a GGUF adapter says, checked against its base. */
export interface AdapterLayout {
  readonly rank: number;
  readonly alpha: number;
  readonly type: "F32" | "F16";
  readonly baseSha256: string | undefined;
  readonly pairs: readonly PairEntries[];
}

/** Opens a GGUF file that should be an adapter. @throws MemosError ADAPTER_INVALID. */
export async function openAdapter(path: string): Promise<GgufFile> {
  return await GgufFile.open(path, "adapter").catch((error: unknown) => {
    throw ofAdapter(error);
  });
}

/** The fault of a GGUF file, said of an adapter. */
export function ofAdapter(error: unknown): unknown {
  const found = isMemosError(error, "MODEL_INVALID") || isMemosError(error, "NOT_FOUND");
  return found ? adapterInvalid((error as MemosError).message, error) : error;
}

/**
 * Everything about an adapter that its header decides: all that llama.cpp relies on (it aborts the process where a
 * key is of another type than it expects), and that it is for this base.
 *
 * @throws MemosError ADAPTER_INVALID, with a sentence that says what is wrong.
 */
export function adapterLayout({ header, size }: GgufFile, base: BaseShape): AdapterLayout {
  if (size > ADAPTER_LIMITS.fileBytes)
    throw adapterInvalid(`The file has ${size} bytes; ${ADAPTER_LIMITS.fileBytes} are allowed.`);
  if (header.tensors.length > ADAPTER_LIMITS.tensors)
    throw adapterInvalid(
      `The file has ${header.tensors.length} tensors; ${ADAPTER_LIMITS.tensors} are allowed.`,
    );
  checkKeys(header, base);
  const alpha = header.metadata.get("adapter.lora.alpha");
  if (typeof alpha !== "number" || header.pairs.get("adapter.lora.alpha")?.type !== GGUF_VALUE.float32)
    throw adapterInvalid("The adapter does not say its alpha.");
  checkAlpha(alpha);
  const baseSha256 = header.metadata.get(BASE_KEY);
  checkPlaces(header, size);
  const pairs = pairsOf(header, base);
  const rank = pairs[0]?.a.dimensions[1];
  const type = header.tensors[0]?.type;
  if (rank === undefined || type === undefined) throw adapterInvalid("The adapter changes nothing.");
  checkRank(rank);
  for (const { layer, target, a, b } of pairs)
    if (a.dimensions[1] !== rank || b.dimensions[0] !== rank)
      throw adapterInvalid(`The adapter has rank ${rank}, but not for ${tensorName(layer, target)}.`);
  return {
    rank,
    alpha,
    type: type === GGML.F32 ? "F32" : "F16",
    baseSha256: typeof baseSha256 === "string" ? baseSha256 : undefined,
    pairs,
  };
}

function checkKeys({ metadata }: GgufHeader, base: BaseShape): void {
  if (metadata.get("general.type") !== "adapter" || metadata.get("adapter.type") !== "lora")
    throw adapterInvalid("The file is not a LoRA adapter.");
  const architecture = metadata.get("general.architecture");
  if (architecture !== base.architecture)
    throw adapterInvalid(
      `The adapter is for the architecture ${shown(String(architecture))}, not for ${base.architecture}.`,
    );
  for (const key of metadata.keys())
    if (!KEYS.has(key) && (!key.startsWith("general.") || key === "general.alignment"))
      throw adapterInvalid(`The adapter has the key ${shown(key)}, which an adapter here cannot have.`);
  if (metadata.has(BASE_KEY) && metadata.get(BASE_KEY) !== base.sha256)
    throw adapterInvalid("The adapter was trained for another base.");
}

/** Tensors follow each other without gaps, and nothing follows them. */
function checkPlaces({ tensors, tensorsStart, alignment }: GgufHeader, size: number): void {
  let end = tensorsStart;
  for (const { name, offset, bytes, type } of tensors) {
    if (type !== tensors[0]?.type || (type !== GGML.F32 && type !== GGML.F16))
      throw adapterInvalid(
        `The tensor ${shown(name)} is of type ${ggmlLayout(type)?.name}; an adapter is all F32 or all F16.`,
      );
    if (offset !== end)
      throw adapterInvalid(`There is an overlap or a gap before the tensor ${shown(name)}.`);
    end = offset + Math.ceil(bytes / alignment) * alignment;
  }
  if (end !== size)
    throw adapterInvalid(
      end > size ? "The file is truncated." : `The file has ${size - end} bytes after its last tensor.`,
    );
}

function pairsOf({ tensors }: GgufHeader, base: BaseShape): PairEntries[] {
  const found = new Map<string, { layer: number; target: Target; a?: TensorEntry; b?: TensorEntry }>();
  for (const tensor of tensors) {
    const [, layer, name, half] = NAME.exec(tensor.name) ?? [];
    const target = TARGET_NAMES.get(name ?? "");
    if (target === undefined)
      throw adapterInvalid(`The tensor ${shown(tensor.name)} is none of a LoRA adapter.`);
    const key = tensorName(Number(layer), target);
    const pair = found.get(key) ?? { layer: Number(layer), target };
    const side = half === "a" ? "a" : "b";
    if (pair[side] !== undefined) throw adapterInvalid(`The tensor ${shown(tensor.name)} is there twice.`);
    pair[side] = tensor;
    found.set(key, pair);
  }
  return inOrder(found.values()).map(({ layer, target, a, b }) => {
    const name = tensorName(layer, target);
    const matrix = matrixOf(base, layer, target);
    if (a === undefined || b === undefined)
      throw adapterInvalid(`The adapter has half of a pair for ${name}.`);
    const flat = a.dimensions.length === 2 && b.dimensions.length === 2;
    if (!flat || a.dimensions[0] !== matrix.in || b.dimensions[1] !== matrix.out)
      throw adapterInvalid(
        `The adapter does not fit ${name}, which has ${matrix.out} rows of ${matrix.in} numbers in its base.`,
      );
    return { layer, target, a, b };
  });
}

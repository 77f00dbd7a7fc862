import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { MemosError } from "../../../memcube/index.js";
import { writeAtomically } from "../../atomicFile.js";
import { shown } from "../../inference/gguf/index.js";
import { TARGETS } from "../recipe.js";
import { type Adapter, type AdapterPair, inOrder, isDora, type Target } from "./adapter.js";
import { adapterInvalid } from "./adapterInvalid.js";
import { finite } from "./finite.js";
import { type PeftConfig, peftConfigOf, readPeftConfig } from "./peftConfig.js";
import {
  type SafetensorsEntry,
  SafetensorsFile,
  type SafetensorsTensor,
  writeSafetensors,
} from "./safetensors.js";

/** The names that PEFT gives its two files in a folder. */
export const PEFT_WEIGHTS = "adapter_model.safetensors";
export const PEFT_CONFIG = "adapter_config.json";

export interface PeftFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface PeftFiles {
  readonly weights: PeftFile;
  readonly config: PeftFile;
}

const MODULES: Readonly<Record<Target, "self_attn" | "mlp">> = {
  q_proj: "self_attn",
  k_proj: "self_attn",
  v_proj: "self_attn",
  o_proj: "self_attn",
  gate_proj: "mlp",
  up_proj: "mlp",
  down_proj: "mlp",
};

/** What a tensor of a pair is called: PEFT leaves out the name of the adapter. */
const PARTS = { a: "lora_A.weight", b: "lora_B.weight", magnitude: "lora_magnitude_vector" } as const;
type Part = keyof typeof PARTS;

const NAME = new RegExp(
  `^base_model\\.model\\.model\\.layers\\.(0|[1-9]\\d{0,2})\\.(self_attn|mlp)\\.(${TARGETS.join("|")})\\.` +
    `(lora_A\\.weight|lora_B\\.weight|lora_magnitude_vector)$`,
);

interface Place {
  readonly layer: number;
  readonly target: Target;
  readonly part: Part;
}

/**
 * Reads an adapter as PEFT leaves it: `adapter_config.json` and `adapter_model.safetensors`, of F32, F16 or BF16. An
 * adapter of DoRA is read too; `isDora` tells.
 *
 * @returns pairs in single precision.
 * @throws MemosError ADAPTER_INVALID for files that are missing, damaged, not of LoRA over the matrices of `TARGETS`,
 * of several ranks, do not agree with each other, or have a number that is not finite.
 */
export async function readPeft(folder: string): Promise<Adapter> {
  const config = await readPeftConfig(join(folder, PEFT_CONFIG));
  const file = await SafetensorsFile.open(join(folder, PEFT_WEIGHTS));
  try {
    const pairs: AdapterPair[] = [];
    for (const { layer, target, entries } of pairsOf(file, config)) {
      const read = async (entry: SafetensorsEntry) => {
        const numbers = await file.read(entry);
        if (!finite(numbers)) throw adapterInvalid(`${shown(entry.name)} has a number that is not finite.`);
        return numbers;
      };
      const [a, b] = [await read(entries.a), await read(entries.b)];
      const { magnitude } = entries;
      pairs.push({
        layer,
        target,
        a,
        b,
        ...(magnitude === undefined ? {} : { magnitude: await read(magnitude) }),
      });
    }
    const { r: rank, lora_alpha: alpha } = config;
    return { rank, alpha, scale: config.use_rslora ? alpha / Math.sqrt(rank) : alpha / rank, pairs };
  } finally {
    await file.close();
  }
}

interface PairEntries {
  readonly layer: number;
  readonly target: Target;
  readonly entries: {
    readonly a: SafetensorsEntry;
    readonly b: SafetensorsEntry;
    readonly magnitude: SafetensorsEntry | undefined;
  };
}

function pairsOf(file: SafetensorsFile, config: PeftConfig): PairEntries[] {
  const found = new Map<string, Place & { parts: Partial<Record<Part, SafetensorsEntry>> }>();
  for (const [name, entry] of file.entries) {
    const place = placeOf(name);
    const key = `${place.layer} ${place.target}`;
    const pair = found.get(key) ?? { ...place, parts: {} };
    pair.parts[place.part] = entry;
    found.set(key, pair);
  }
  if (found.size === 0) throw adapterInvalid("The adapter changes nothing.");
  const pairs = inOrder(found.values()).map(({ layer, target, parts }) => ({
    layer,
    target,
    entries: checkedParts(`${target} of layer ${layer}`, parts, config),
  }));
  checkTargets(pairs, config.target_modules);
  return pairs;
}

function placeOf(name: string): Place {
  const [, layer, module, target, suffix] = NAME.exec(name) ?? [];
  const place = { layer: Number(layer), target: target as Target };
  const part = (Object.keys(PARTS) as Part[]).find((one) => PARTS[one] === suffix);
  if (part === undefined || MODULES[place.target] !== module)
    throw adapterInvalid(`The tensor ${shown(name)} is none of a LoRA adapter over ${TARGETS.join(", ")}.`);
  return { ...place, part };
}

function checkedParts(
  what: string,
  { a, b, magnitude }: Partial<Record<Part, SafetensorsEntry>>,
  { r: rank, use_dora: dora }: PeftConfig,
): PairEntries["entries"] {
  if (a === undefined || b === undefined) throw adapterInvalid(`The adapter has half of a pair: ${what}.`);
  if ((magnitude !== undefined) !== dora)
    throw adapterInvalid(`The adapter's configuration and weights differ about DoRA: ${what}.`);
  const [rows, columns] = [b.shape[0] ?? 0, a.shape[1] ?? 0];
  const shaped =
    isShape(a, [rank, columns]) &&
    isShape(b, [rows, rank]) &&
    (magnitude === undefined || isShape(magnitude, [rows])) &&
    rows * columns > 0;
  if (!shaped) throw adapterInvalid(`The adapter is not of rank ${rank} everywhere: ${what}.`);
  return { a, b, magnitude };
}

function isShape({ shape }: SafetensorsEntry, wanted: readonly number[]): boolean {
  return shape.length === wanted.length && shape.every((length, at) => length === wanted[at]);
}

/** A module is meant by its name, or by the end of its path. */
function checkTargets(pairs: readonly PairEntries[], modules: readonly string[]): void {
  const paths = [
    ...new Set(pairs.map(({ layer, target }) => `model.layers.${layer}.${MODULES[target]}.${target}`)),
  ];
  const wanted = new Set(modules);
  const met = new Set<string>();
  for (const path of paths) {
    const steps = path.split(".");
    const names = steps.map((_, at) => steps.slice(at).join(".")).filter((name) => wanted.has(name));
    if (names.length === 0) throw adapterInvalid(`The adapter's configuration does not name ${path}.`);
    for (const name of names) met.add(name);
  }
  const missing = modules.find((name) => !met.has(name));
  if (missing !== undefined) throw adapterInvalid(`The adapter has no weights of ${shown(missing)}.`);
}

/**
 * Writes an adapter as PEFT reads it: the canonical form. Equal adapters give equal bytes.
 *
 * @param folder made if it is not there; files of these names are replaced.
 * @param baseName for the configuration, so that a reader knows what it is for.
 * @throws MemosError INVALID_INPUT for an adapter that is not well-formed; DISK_FULL.
 */
export async function writePeft(folder: string, adapter: Adapter, baseName: string): Promise<PeftFiles> {
  checkWritable(adapter);
  await mkdir(folder, { recursive: true });
  const weights = join(folder, PEFT_WEIGHTS);
  const written = await writeSafetensors(weights, tensorsOf(adapter), { format: "pt" });
  const config = join(folder, PEFT_CONFIG);
  const bytes = peftConfigOf(adapter, baseName);
  await writeAtomically(config, (file) => file.writeFile(bytes));
  return {
    weights: { path: weights, ...written },
    config: {
      path: config,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.byteLength,
    },
  };
}

function tensorsOf({ rank, pairs }: Adapter): SafetensorsTensor[] {
  return pairs.flatMap(({ layer, target, a, b, magnitude }) => {
    const name = (part: Part) =>
      `base_model.model.model.layers.${layer}.${MODULES[target]}.${target}.${PARTS[part]}`;
    return [
      { name: name("a"), shape: [rank, a.length / rank], values: a },
      { name: name("b"), shape: [b.length / rank, rank], values: b },
      ...(magnitude === undefined
        ? []
        : [{ name: name("magnitude"), shape: [magnitude.length], values: magnitude }]),
    ];
  });
}

function checkWritable(adapter: Adapter): void {
  const { rank, alpha, scale, pairs } = adapter;
  if (scale !== alpha / rank && scale !== alpha / Math.sqrt(rank))
    throw new MemosError("INVALID_INPUT", `The scale ${scale} does not follow from alpha and rank.`);
  const dora = isDora(adapter);
  const shaped = pairs.every(
    ({ a, b, magnitude }) =>
      a.length % rank === 0 &&
      b.length % rank === 0 &&
      (magnitude !== undefined) === dora &&
      (magnitude === undefined || magnitude.length === b.length / rank),
  );
  if (!shaped || pairs.length === 0)
    throw new MemosError("INVALID_INPUT", `The adapter is not made of pairs of rank ${rank}.`);
}

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../../memcube/index.js";
import { type Adapter, isDora, readPeft, writePeft } from "../../../../memos/parametric/files/index.js";
import { PEFT_CONFIG, PEFT_WEIGHTS } from "../../../../memos/parametric/files/peft.js";
import { writeSafetensors } from "../../../../memos/parametric/files/safetensors.js";
import { ADAPTER_LIMITS } from "../../../../memos/parametric/limits.js";
import { temporaryFolder } from "../../support.js";
import { PEFT_FOLDERS } from "./peft/peftModel.js";
import { adapterRefused, arbitraryAdapter, bits, sampleAdapter } from "./support.js";

for (const dora of [false, true])
  test(`any adapter comes back bit for bit from PEFT's files${dora ? ", with the magnitudes of DoRA" : ""}`, async (t) => {
    const folder = await temporaryFolder(t);
    await fc.assert(
      fc.asyncProperty(arbitraryAdapter(undefined, 3, dora), async (adapter) => {
        const written = await writePeft(folder, adapter, "base");
        const again = await readPeft(folder);
        assert.deepEqual(bits(again.pairs), bits(adapter.pairs));
        assert.deepEqual(
          [again.rank, again.alpha, again.scale],
          [adapter.rank, adapter.alpha, adapter.scale],
        );
        assert.equal(isDora(again), dora);
        assert.deepEqual(await writePeft(folder, again, "base"), written);
      }),
      { numRuns: 100 },
    );
  });

test("what is written is named by its hash", async (t) => {
  const { weights, config } = await writePeft(join(await temporaryFolder(t), "new"), sampleAdapter(), "base");
  for (const { path, sha256, bytes } of [weights, config]) {
    const content = await readFile(path);
    assert.deepEqual([createHash("sha256").update(content).digest("hex"), content.length], [sha256, bytes]);
  }
});

test("an adapter that PEFT made is read, and its weights are written byte for byte as PEFT wrote them", async (t) => {
  const folder = await temporaryFolder(t);
  const lora = await readPeft(PEFT_FOLDERS.lora);
  assert.deepEqual([lora.rank, lora.alpha, lora.scale, lora.pairs.length], [4, 8, 2, 14]);
  assert.deepEqual(
    lora.pairs.slice(0, 7).map(({ target, a, b }) => [target, a.length / 4, b.length / 4]),
    [
      ["q_proj", 32, 32],
      ["k_proj", 32, 16],
      ["v_proj", 32, 16],
      ["o_proj", 32, 32],
      ["gate_proj", 32, 64],
      ["up_proj", 32, 64],
      ["down_proj", 64, 32],
    ],
  );
  const rslora = await readPeft(PEFT_FOLDERS.rslora);
  assert.deepEqual([rslora.rank, rslora.alpha, rslora.scale], [3, 2, 2 / Math.sqrt(3)]);
  for (const name of ["lora", "rslora"] as const) {
    await writePeft(folder, name === "lora" ? lora : rslora, "base");
    assert.deepEqual(
      await readFile(join(folder, PEFT_WEIGHTS)),
      await readFile(join(PEFT_FOLDERS[name], PEFT_WEIGHTS)),
    );
  }
});

type Config = Readonly<Record<string, unknown>>;

async function changedConfig(folder: string, changes: Config): Promise<void> {
  const path = join(folder, PEFT_CONFIG);
  const config = JSON.parse(await readFile(join(PEFT_FOLDERS.lora, PEFT_CONFIG), "utf8")) as Config;
  await writeFile(path, JSON.stringify({ ...config, ...changes }));
}

const CONFIG_FAULTS: readonly (readonly [Config, RegExp])[] = [
  [{ peft_type: "LOHA" }, /peft_type/],
  [{ r: 0 }, /`r`/],
  [{ r: ADAPTER_LIMITS.rank + 1 }, /`r`: must be at most 256/],
  [{ r: 2.5 }, /`r`/],
  [{ r: 5 }, /not of rank 5 everywhere: q_proj of layer 0/],
  [{ lora_alpha: 0 }, /lora_alpha/],
  [{ lora_alpha: ADAPTER_LIMITS.alpha + 1 }, /lora_alpha/],
  [{ lora_alpha: "8" }, /lora_alpha/],
  [{ use_dora: true }, /differ about DoRA/],
  [{ bias: "all" }, /bias/],
  [{ fan_in_fan_out: true }, /fan_in_fan_out/],
  [{ rank_pattern: { q_proj: 2 } }, /rank_pattern/],
  [{ alpha_pattern: { q_proj: 2 } }, /alpha_pattern/],
  [{ modules_to_save: ["lm_head"] }, /modules_to_save/],
  [{ layer_replication: [[0, 2]] }, /layer_replication/],
  [{ alora_invocation_tokens: [1] }, /alora_invocation_tokens/],
  [{ init_lora_weights: "pissa" }, /init_lora_weights/],
  [{ target_modules: ".*_proj" }, /target_modules/],
  [{ target_modules: [] }, /target_modules/],
  [{ target_modules: ["q_proj"] }, /does not name model\.layers\.0\.self_attn\.k_proj/],
  [
    {
      target_modules: [
        "q_proj",
        "k_proj",
        "v_proj",
        "o_proj",
        "gate_proj",
        "up_proj",
        "down_proj",
        "lm_head",
      ],
    },
    /no weights of "lm_head"/,
  ],
];

for (const [changes, reason] of CONFIG_FAULTS)
  test(`a configuration with ${JSON.stringify(changes)} is refused`, async (t) => {
    const folder = await temporaryFolder(t);
    await cp(PEFT_FOLDERS.lora, folder, { recursive: true });
    await changedConfig(folder, {});
    await readPeft(folder);
    await changedConfig(folder, changes);
    await assert.rejects(readPeft(folder), adapterRefused(reason));
  });

test("files that are missing, no JSON or too large are refused", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(readPeft(folder), adapterRefused(/no configuration/));
  await cp(PEFT_FOLDERS.lora, folder, { recursive: true });
  await rm(join(folder, PEFT_WEIGHTS));
  await assert.rejects(readPeft(folder), adapterRefused(/no adapter file/));
  await writeFile(join(folder, PEFT_CONFIG), "{");
  await assert.rejects(readPeft(folder), adapterRefused(/not JSON/));
  await writeFile(join(folder, PEFT_CONFIG), "[]");
  await assert.rejects(readPeft(folder), adapterRefused(/not supported/));
  await writeFile(join(folder, PEFT_CONFIG), " ".repeat(ADAPTER_LIMITS.headerBytes + 1));
  await assert.rejects(readPeft(folder), adapterRefused(/larger/));
});

const A = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
const B = "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight";

async function writeWeights(
  folder: string,
  tensors: readonly (readonly [name: string, shape: number[], value?: number])[],
): Promise<void> {
  await changedConfig(folder, { r: 2, target_modules: ["q_proj"] });
  await writeSafetensors(
    join(folder, PEFT_WEIGHTS),
    tensors.map(([name, shape, value = 1]) => ({
      name,
      shape,
      values: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value),
    })),
  );
}

test("weights that are no pairs of this rank over these modules are refused", async (t) => {
  const folder = await temporaryFolder(t);
  await writeWeights(folder, [
    [A, [2, 8]],
    [B, [8, 2]],
  ]);
  assert.equal((await readPeft(folder)).pairs.length, 1);
  const refused = async (tensors: Parameters<typeof writeWeights>[1], reason: RegExp) => {
    await writeWeights(folder, tensors);
    await assert.rejects(readPeft(folder), adapterRefused(reason));
  };
  await refused([], /changes nothing/);
  await refused([[A, [2, 8]]], /half of a pair: q_proj of layer 0/);
  await refused([[B, [8, 2]]], /half of a pair/);
  await refused(
    [
      [A, [3, 8]],
      [B, [8, 3]],
    ],
    /not of rank 2/,
  );
  await refused(
    [
      [A, [2, 8]],
      [B, [8, 3]],
    ],
    /not of rank 2/,
  );
  await refused(
    [
      [A, [16]],
      [B, [8, 2]],
    ],
    /not of rank 2/,
  );
  await refused(
    [
      [A, [2, 0]],
      [B, [8, 2]],
    ],
    /not of rank 2/,
  );
  await refused(
    [
      [A, [2, 8]],
      [B, [8, 2]],
      [A.replace("lora_A.weight", "lora_magnitude_vector"), [8]],
    ],
    /DoRA/,
  );
  await refused(
    [
      [A, [2, 8], Number.NaN],
      [B, [8, 2]],
    ],
    /lora_A\.weight.+not finite/,
  );
  await refused(
    [
      [A, [2, 8]],
      [B, [8, 2], Number.POSITIVE_INFINITY],
    ],
    /lora_B\.weight.+not finite/,
  );
  for (const name of [
    A.replace("q_proj", "lm_head"),
    A.replace("self_attn", "mlp"),
    A.replace("lora_A", "lora_C"),
    A.replace("layers.0", "layers.00"),
    A.replace("layers.0", "layers.1000"),
    A.replace("base_model.", ""),
    "constructor",
  ])
    await refused(
      [
        [A, [2, 8]],
        [B, [8, 2]],
        [name, [2, 8]],
      ],
      /none of a LoRA adapter/,
    );
});

test("an adapter that is not well-formed is not written", async (t) => {
  const folder = await temporaryFolder(t);
  const adapter = sampleAdapter();
  const [pair] = adapter.pairs;
  assert.ok(pair !== undefined);
  const invalid: Adapter[] = [
    { ...adapter, pairs: [] },
    { ...adapter, scale: 3 },
    { ...adapter, pairs: [{ ...pair, a: new Float32Array(7) }] },
    { ...adapter, pairs: [pair, pair] },
    { ...adapter, pairs: [pair, { ...pair, layer: 1, magnitude: new Float32Array(8) }] },
    { ...adapter, pairs: [{ ...pair, magnitude: new Float32Array(7) }] },
  ];
  for (const one of invalid)
    await assert.rejects(writePeft(folder, one, "base"), (error) => isMemosError(error, "INVALID_INPUT"));
});

import type * as z from "zod";
import { MinHeap } from "../../graph/heap.js";
import { fadedUses, usesPerDay } from "../../memos/activation/blockUse.js";
import { coldStates, deservesAFile, worthOf } from "../../memos/activation/stateQuota.js";
import { PlacementPolicy, type placementSettingsSchema } from "../../memos/lifecycle/placement/policy.js";
import type { ActivationFile, StateTier } from "../../memos/store/activationLedger.js";
import { COSTS } from "./costs.js";
import type { SimulatedBlock } from "./ownerMemory.js";
import { DAY } from "./synthetic.js";

export interface StateSettings {
  /** Bytes of states as the engine wrote them, and of compressed ones. */
  readonly fileBytes: number;
  readonly compressedBytes: number;
  readonly coldDays: number;
  /** A compressed state against one that the engine wrote. */
  readonly compressedShare: number;
  /** What the placement policy is told of the machine. */
  readonly placement: z.input<typeof placementSettingsSchema>;
}

/** A stored state that a prompt begins with. */
export interface FoundState {
  readonly tier: StateTier;
  readonly tokens: number;
}

/** Where compiled states are kept on one node: asked at every prompt, and told of it. */
export interface StateCache {
  /** What is stored of the beginning of a prompt, the longest there is. */
  find(owner: number, block: SimulatedBlock): FoundState | undefined;
  /** A prompt was answered; `restored` when the stored state was loaded for it. Milliseconds spent on compiling. */
  answered(owner: number, block: SimulatedBlock, restored: boolean, now: number): number;
  bytes(): { readonly file: number; readonly compressed: number; readonly superseded: number };
  /** States that were dropped for want of room. */
  readonly dropped: number;
}

interface Kept extends ActivationFile {
  readonly owner: number;
  readonly beginning: number;
  tier: StateTier;
  bytes: number;
  uses: number;
  lastUsedAt: number;
  superseded: boolean;
}

/** How often it is looked for states that have gone cold. */
const COLD_EVERY = DAY / 4;

/**
 * The shipped tiers, by the product's own policy: `PlacementPolicy` decides what is compiled, `worthOf` what is
 * compressed and dropped, `coldStates` what nobody begins with any more.
 */
export class TieredStates implements StateCache {
  dropped = 0;
  readonly #settings: StateSettings;
  readonly #policy: PlacementPolicy;
  readonly #states = new Map<number, Kept[]>();
  readonly #uses = new Map<number, { uses: number; at: number }>();
  readonly #bytes = { file: 0, compressed: 0 };
  /** In the order in which they were when they were pushed: worth only grows, so the least is found by looking again. */
  readonly #least = { file: new MinHeap<Kept>(), compressed: new MinHeap<Kept>() };
  readonly #keepsSuperseded: boolean;
  #made = 0;
  #coldLookedFor = 0;

  /** @param keepsSuperseded whether states of an owner's earlier blocks stay, as they do in the product. */
  constructor(settings: StateSettings, keepsSuperseded = true) {
    this.#settings = settings;
    this.#keepsSuperseded = keepsSuperseded;
    this.#policy = new PlacementPolicy(settings.placement);
  }

  find(owner: number, { chain }: SimulatedBlock): Kept | undefined {
    const own = this.#states.get(owner) ?? [];
    for (let set = chain.length - 1; set >= 0; set--) {
      const found = own.find(({ beginning }) => beginning === chain[set]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  answered(owner: number, block: SimulatedBlock, restored: boolean, now: number): number {
    const found = this.find(owner, block);
    const present = { present: this.#bytes.file, quota: this.#settings.fileBytes };
    // Asked of the state as it was found: this use does not count yet.
    const asFile = found !== undefined && deservesAFile(found, present);
    if (found !== undefined && restored) {
      found.uses++;
      found.lastUsedAt = now;
    }
    const perDay = this.#used(owner, now);
    const whole = found !== undefined && found.beginning === block.chain.at(-1);
    const tokens = sum(block.tokens);
    const [decision] = this.#policy.plan([
      {
        id: "block",
        tokens,
        bytes: tokens * COSTS.kv.bytesPerToken,
        usesPerDay: perDay,
        changesPerWeek: 0,
        tier: whole ? "activation" : "plaintext",
      },
    ]);
    if (decision?.action !== "compile" && !asFile) return 0;
    if (whole && found.tier === "file") return 0;
    this.#compile(owner, block, tokens, now);
    this.#tidy(now);
    return tokens * COSTS.kv.prefillMsPerToken;
  }

  bytes(): { file: number; compressed: number; superseded: number } {
    let superseded = 0;
    for (const own of this.#states.values())
      for (const one of own) if (one.superseded) superseded += one.bytes;
    return { ...this.#bytes, superseded };
  }

  /** Those that there are, as the product's catalogue lists them. */
  files(): ActivationFile[] {
    return [...this.#states.values()].flat();
  }

  #used(owner: number, now: number): number {
    const before = this.#uses.get(owner) ?? { uses: 0, at: now };
    const uses = fadedUses(before.uses, before.at, now) + 1;
    this.#uses.set(owner, { uses, at: now });
    return usesPerDay(uses);
  }

  #compile(owner: number, { chain }: SimulatedBlock, tokens: number, now: number): void {
    const beginning = chain.at(-1) as number;
    for (const one of this.#states.get(owner) ?? []) {
      if (one.beginning === beginning || !this.#keepsSuperseded) this.#drop(one);
      else one.superseded = true;
    }
    const id = String(++this.#made).padStart(12, "0");
    const bytes = tokens * COSTS.kv.bytesPerToken;
    const kept: Kept = {
      id,
      sha256: id,
      owner,
      beginning,
      tokens,
      bytes,
      tier: "file",
      uses: 0,
      lastUsedAt: now,
      superseded: false,
    };
    this.#states.set(owner, [...(this.#states.get(owner) ?? []), kept]);
    this.#bytes.file += bytes;
    this.#least.file.push(orderOf(kept), kept);
  }

  #tidy(now: number): void {
    if (now - this.#coldLookedFor >= COLD_EVERY) {
      this.#coldLookedFor = now;
      for (const one of coldStates(this.files(), now, this.#settings.coldDays)) this.#drop(one as Kept);
    }
    while (this.#bytes.file > this.#settings.fileBytes) this.#compress(this.#leastOf("file"));
    while (this.#bytes.compressed > this.#settings.compressedBytes) {
      this.#drop(this.#leastOf("compressed"));
      this.dropped++;
    }
  }

  #leastOf(tier: StateTier): Kept {
    for (;;) {
      const { key, value } = this.#least[tier].pop() as { key: number; value: Kept };
      if (value.tier !== tier || !(this.#states.get(value.owner) ?? []).includes(value)) continue;
      const order = orderOf(value);
      if (order === key) return value;
      this.#least[tier].push(order, value);
    }
  }

  #compress(one: Kept): void {
    this.#bytes.file -= one.bytes;
    one.tier = "compressed";
    one.bytes = Math.round(one.bytes * this.#settings.compressedShare);
    this.#bytes.compressed += one.bytes;
    this.#least.compressed.push(orderOf(one), one);
  }

  #drop(one: Kept): void {
    this.#bytes[one.tier] -= one.bytes;
    const rest = (this.#states.get(one.owner) ?? []).filter((other) => other !== one);
    if (rest.length === 0) this.#states.delete(one.owner);
    else this.#states.set(one.owner, rest);
  }
}

/** A baseline: everything is compiled at its first use, and what was used longest ago goes. No compression. */
export class LruStates implements StateCache {
  dropped = 0;
  readonly #capacity: number;
  readonly #states = new Map<number, { readonly beginning: number; readonly tokens: number }>();
  #bytes = 0;

  constructor({ fileBytes, compressedBytes }: StateSettings) {
    this.#capacity = fileBytes + compressedBytes;
  }

  find(_owner: number, { chain }: SimulatedBlock): FoundState | undefined {
    for (let set = chain.length - 1; set >= 0; set--) {
      const found = this.#states.get(chain[set] as number);
      if (found !== undefined) return { tier: "file", tokens: found.tokens };
    }
    return undefined;
  }

  answered(_owner: number, { chain, tokens }: SimulatedBlock): number {
    const beginning = chain.at(-1) as number;
    const known = this.#states.get(beginning);
    const kept = known ?? { beginning, tokens: sum(tokens) };
    this.#states.delete(beginning);
    this.#states.set(beginning, kept);
    if (known !== undefined) return 0;
    this.#bytes += kept.tokens * COSTS.kv.bytesPerToken;
    for (const [oldest, { tokens: gone }] of this.#states) {
      if (this.#bytes <= this.#capacity) break;
      this.#states.delete(oldest);
      this.#bytes -= gone * COSTS.kv.bytesPerToken;
      this.dropped++;
    }
    return kept.tokens * COSTS.kv.prefillMsPerToken;
  }

  bytes(): { file: number; compressed: number; superseded: number } {
    return { file: this.#bytes, compressed: 0, superseded: 0 };
  }
}

/** A baseline: nothing is compiled; what is live in the engine is all there is. */
export class NoStates implements StateCache {
  readonly dropped = 0;

  find(): undefined {
    return undefined;
  }

  answered(): number {
    return 0;
  }

  bytes(): { file: number; compressed: number; superseded: number } {
    return { file: 0, compressed: 0, superseded: 0 };
  }
}

/** As `excess` orders them: by worth, and the older first of those that are worth the same. */
function orderOf(state: ActivationFile): number {
  return worthOf(state) + Number(state.id) * 1e-12;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

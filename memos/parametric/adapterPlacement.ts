import { type CubeId, isMemosError, type Scope } from "../../memcube/index.js";
import type { CompiledMemory } from "../activation/compiledMemory.js";
import { INSTRUCTIONS } from "../activation/instructions.js";
import type { Block, PlacementDecision, PlacementPolicy } from "../lifecycle/placement/policy.js";
import type { Ledger } from "../store/ledger.js";

const DAY = 86_400_000;

/** Tokens of a memory, about: what an adapter saves is told by it. */
const MEMORY_TOKENS = 32;

export interface AdapterPlacementHost {
  readonly ledger: Ledger;
  readonly compiled: CompiledMemory;
  readonly policy: PlacementPolicy;
  now(): number;
}

/** What the placement policy says of adapters: which memory should be trained, and which adapters are hardly used. */
export class AdapterPlacement {
  readonly #host: AdapterPlacementHost;

  constructor(host: AdapterPlacementHost) {
    this.#host = host;
  }

  /** What should change in a scope, and why. */
  async plan(scope: Scope): Promise<PlacementDecision[]> {
    return [...(await this.#proposed(scope)), ...(await this.#cold(scope))];
  }

  /** Detaches adapters that are hardly used, where the policy places any: their memories are there as text. */
  async detachCold(): Promise<CubeId[]> {
    const { ledger, policy, now } = this.#host;
    if (!policy.settings.parametric) return [];
    const detached: CubeId[] = [];
    for (const { id, scope, state } of await ledger.adapterFolders()) {
      if (state !== "ready") continue;
      const [decision] = await this.#cold(scope, id);
      if (decision?.state !== "approved") continue;
      for (const attachment of await ledger.attachmentsOf(id, scope))
        await ledger.detachAdapter(id, attachment.scope, now());
      detached.push(id);
    }
    return detached;
  }

  /** The memory that prompts of a scope begin with, unless adapters in use have learned it. */
  async #proposed(scope: Scope): Promise<PlacementDecision[]> {
    const { ledger, compiled, now } = this.#host;
    const beginning = await compiled.beginning(scope, undefined, INSTRUCTIONS);
    const perDay = await ledger.usesOfBlock(scope, now());
    const decisions = await compiled.decisions(scope, beginning, perDay).catch((error: unknown) => {
      if (isMemosError(error, "UNSUPPORTED")) return [];
      throw error;
    });
    const wanted = decisions.filter(({ action }) => action === "train");
    if (wanted.length === 0) return [];
    const attached = (await ledger.attachedAdapters(scope)).filter(({ state }) => state === "ready");
    const cubes = beginning.cubes.map(({ id }) => id);
    const learned = await ledger.learned(
      attached.map(({ id }) => id),
      cubes,
      scope,
    );
    return new Set(learned.map(({ cube }) => cube)).size === cubes.length ? [] : wanted;
  }

  /** Adapters of a scope that are attached, or one of them. */
  async #cold(scope: Scope, only?: CubeId): Promise<PlacementDecision[]> {
    const { ledger, policy } = this.#host;
    const blocks: Block[] = [];
    for (const { id, state, files, audience, changedAt, uses } of await ledger.adapters(scope)) {
      if ((only !== undefined && only !== id) || state !== "ready" || files === null) continue;
      const days = (this.#host.now() - changedAt) / DAY;
      // It has had no time yet to be used.
      if (days < policy.settings.payBackDays) continue;
      if ((await ledger.attachmentsOf(id, scope)).length === 0) continue;
      blocks.push({
        id,
        tokens: Math.max(1, audience.memories * MEMORY_TOKENS),
        bytes: Math.max(1, files.weights.bytes),
        usesPerDay: uses / days,
        changesPerWeek: 0,
        tier: "parametric",
      });
    }
    return policy.plan(blocks);
  }
}

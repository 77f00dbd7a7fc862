import type * as z from "zod";
import {
  type CubeId,
  cubeIdSchema,
  MemosError,
  type Scope,
  scopeContains,
  scopeSchema,
} from "../../memcube/index.js";
import type { CompiledMemory } from "../activation/compiledMemory.js";
import type { Access } from "../governance/access.js";
import { parse } from "../parse.js";
import type { Adapter } from "../store/adapterLedger.js";
import type { AdapterPlacement } from "./adapterPlacement.js";
import { summaryOf, viewOf } from "./adapterView.js";
import { beginTraining, shortfall, type TrainingHost } from "./beginTraining.js";
import { type Learnable, learnable, sourcesOf } from "./learnable.js";
import { ADAPTER_LIMITS } from "./limits.js";
import {
  type AdapterList,
  type AdapterPlan,
  type AdapterPlanOptions,
  type AdapterTidyReceipt,
  type AdapterTrainOptions,
  type AdapterView,
  type AttachOptions,
  type AttachReceipt,
  adapterPlanOptionsSchema,
  adapterTrainOptionsSchema,
  attachOptionsSchema,
  type TrainReceipt,
} from "./operations.js";
import { planAdapters } from "./trainingSet/index.js";

export interface AdaptersHost extends TrainingHost {
  readonly compiled: CompiledMemory;
  readonly placement: AdapterPlacement;
  writable(): void;
  found(query: string, scope: Scope, k: number, signal: AbortSignal | undefined): Promise<CubeId[]>;
}

/**
 * Parametric memory as a caller sees it: adapters that are trained from memories, judged, attached and taken back.
 * What is attached is used by `chat`.
 */
export class Adapters {
  readonly #host: AdaptersHost;
  readonly #access: Pick<Access, "authorize" | "authorizeAll" | "authorizeOwner">;

  constructor(host: AdaptersHost, access: Pick<Access, "authorize" | "authorizeAll" | "authorizeOwner">) {
    this.#host = host;
    this.#access = access;
  }

  /** Adapters of the memories of exactly this scope, the oldest first. */
  async list(scope: Scope): Promise<AdapterList> {
    const owner = ownerOf(scope);
    await this.#access.authorizeAll("adapters.list", "read", owner);
    const { ledger } = this.#host;
    const adapters = await ledger.adapters(owner);
    return {
      adapters: await Promise.all(
        adapters.map(async (one) => summaryOf(one, await ledger.attachmentsOf(one.id, owner))),
      ),
    };
  }

  /**
   * An adapter with its manifest, its gates and its curve.
   *
   * @throws MemosError NOT_FOUND.
   */
  async get(id: string, scope: Scope): Promise<AdapterView> {
    const owner = ownerOf(scope);
    await this.#access.authorizeAll("adapters.get", "read", owner);
    const { ledger } = this.#host;
    const adapter = await ledger.adapter(parse(cubeIdSchema, id), owner);
    return viewOf(adapter, await ledger.attachmentsOf(adapter.id, owner));
  }

  /**
   * What would be learned, in how many adapters, and what the placement policy would have trained or detached. Writes
   * nothing.
   *
   * @throws MemosError NOT_FOUND, TOO_LARGE for more memories than can be planned.
   */
  async plan(scope: Scope, options: AdapterPlanOptions = {}): Promise<AdapterPlan> {
    const owner = ownerOf(scope);
    const wanted = parse(adapterPlanOptionsSchema, options);
    await this.#access.authorizeAll("adapters.plan", "read", owner);
    const { ledger, now } = this.#host;
    const { located, leftOut } = await this.#chosen(owner, wanted);
    const sources = await sourcesOf(ledger, owner, located, now());
    const groups = sources.length === 0 ? [] : await planAdapters(sources);
    const why = groups.length === 1 ? [] : [shortfall(sources.length, groups.length)];
    return {
      memories: sources.length,
      leftOut: [...leftOut],
      groups: groups.map((group) => group.map(({ cube }) => cube.id)),
      trainable: groups.length === 1,
      why,
      decisions: await this.#host.placement.plan(owner),
    };
  }

  /**
   * Leaves an adapter to be trained by a job. It is used once it has passed its gates and is attached.
   *
   * @throws MemosError INVALID_INPUT where there is nothing to be learned, TOO_LARGE for more than one adapter takes
   * (`plan` makes groups), NOT_FOUND, TRAINER_UNAVAILABLE, UNSUPPORTED, CONFLICT when a memory changes meanwhile.
   */
  async train(scope: Scope, options: AdapterTrainOptions = {}): Promise<TrainReceipt> {
    const owner = ownerOf(scope);
    const wanted = parse(adapterTrainOptionsSchema, options);
    await this.#access.authorizeAll("adapters.train", "read", owner);
    await this.#access.authorizeAll("adapters.train", "change", owner);
    this.#host.writable();
    return beginTraining(this.#host, owner, wanted, () => this.#chosen(owner, wanted), null);
  }

  /**
   * Trains an adapter anew from its memories as they are now, without those that are gone. When it is ready it takes
   * the place of the other one wherever that is attached.
   *
   * @throws MemosError as `train` does.
   */
  async retrain(
    id: string,
    scope: Scope,
    options: Pick<AdapterTrainOptions, "attach" | "scale" | "signal"> = {},
  ): Promise<TrainReceipt> {
    const owner = ownerOf(scope);
    await this.#access.authorizeAll("adapters.retrain", "read", owner);
    await this.#access.authorizeAll("adapters.retrain", "change", owner);
    this.#host.writable();
    const { ledger } = this.#host;
    const before = await ledger.adapter(parse(cubeIdSchema, id), owner);
    const { recipe, gates, paraphrase, retention, limits, cubes } = before.request;
    const wanted = parse(adapterTrainOptionsSchema, {
      recipe,
      gates,
      paraphrase,
      retention,
      ...limits,
      ...options,
    });
    const choose = () =>
      learnable(
        ledger,
        before.scope,
        cubes.map(({ cube }) => cube),
        "skipped",
      );
    return beginTraining(this.#host, before.scope, wanted, choose, before.id);
  }

  /**
   * Has prompts of a scope, and of narrower ones, answered under an adapter of this scope or of a related one.
   *
   * @throws MemosError NOT_FOUND, CONFLICT for one that is not ready, INVALID_INPUT for too many.
   */
  async attach(id: string, scope: Scope, options: AttachOptions = {}): Promise<AttachReceipt> {
    const started = performance.now();
    const owner = ownerOf(scope);
    const { scale } = parse(attachOptionsSchema, options);
    await this.#access.authorizeAll("adapters.attach", "change", owner);
    this.#host.writable();
    const { ledger } = this.#host;
    const adapter = await this.#related(id, owner);
    if (!scopeContains(owner, adapter.scope))
      await this.#access.authorizeAll("adapters.attach", "read", adapter.scope);
    if (adapter.state !== "ready")
      throw new MemosError("CONFLICT", `Adapter ${adapter.id} is ${adapter.state}. ${adapter.reason}`.trim());
    const there = await ledger.attachedAdapters(owner);
    if (there.length >= ADAPTER_LIMITS.attached && there.every((one) => one.id !== adapter.id))
      throw new MemosError(
        "INVALID_INPUT",
        `At most ${ADAPTER_LIMITS.attached} adapters are in use together: detach one first.`,
      );
    const attachment = { adapter: adapter.id, scope: owner, scale };
    const changed = await ledger.attachAdapter(attachment, this.#host.now());
    if (!changed) throw new MemosError("CONFLICT", `Adapter ${adapter.id} is not ready any more.`);
    return this.#receipt("attach", adapter, changed, started);
  }

  /** Takes an adapter out of use in exactly this scope. Its memories are there as text. */
  async detach(id: string, scope: Scope): Promise<AttachReceipt> {
    const started = performance.now();
    const owner = ownerOf(scope);
    await this.#access.authorizeAll("adapters.detach", "change", owner);
    this.#host.writable();
    const { ledger } = this.#host;
    const adapter = await this.#related(id, owner);
    const changed = await ledger.detachAdapter(adapter.id, owner, this.#host.now());
    return this.#receipt("detach", adapter, changed, started);
  }

  /**
   * Takes an adapter back for good: it is detached everywhere at once, what was computed under it is dropped, and its
   * files are deleted. What it was and what it was trained from stays on record.
   *
   * @throws MemosError NOT_FOUND.
   */
  async revoke(id: string, scope: Scope): Promise<AttachReceipt> {
    const started = performance.now();
    const owner = ownerOf(scope);
    await this.#access.authorizeAll("adapters.revoke", "forget", owner);
    this.#host.writable();
    const { ledger, training, compiled } = this.#host;
    const adapter = await ledger.adapter(parse(cubeIdSchema, id), owner);
    const changed = await ledger.revokeAdapter(adapter.id, owner, "It was taken back.");
    await training.settle();
    await compiled.sweep();
    await compiled.forgetPurged();
    return this.#receipt("revoke", adapter, changed, started);
  }

  /**
   * Removes files that belong to nothing, makes derived ones again, and, where the placement policy places adapters,
   * detaches those that are hardly used. For who opened the store.
   */
  async tidy(): Promise<AdapterTidyReceipt> {
    await this.#access.authorizeOwner("adapters.tidy");
    this.#host.writable();
    const { ledger, stock, training, placement } = this.#host;
    const removed = await training.settle();
    const damaged: CubeId[] = [];
    let derived = 0;
    for (const adapter of await ledger.adapterFolders()) {
      if (adapter.state !== "ready") continue;
      const whole = await stock.whole(adapter);
      if (whole === undefined) damaged.push(adapter.id);
      else if (whole.derived) derived++;
    }
    return { detached: await placement.detachCold(), removed, derived, damaged };
  }

  /** An adapter of this scope, of one within it, or of one around it. */
  async #related(id: string, scope: Scope): Promise<Adapter> {
    const adapter = await this.#host.ledger.adapter(parse(cubeIdSchema, id), { tenant: scope.tenant });
    if (scopeContains(scope, adapter.scope) || scopeContains(adapter.scope, scope)) return adapter;
    throw new MemosError("NOT_FOUND", `There is no adapter ${id} in this scope.`);
  }

  async #chosen(
    scope: Scope,
    { cubes, query, k, signal }: z.output<typeof adapterPlanOptionsSchema>,
  ): Promise<Learnable> {
    const { ledger, found } = this.#host;
    const ids = query === undefined ? cubes : await found(query, scope, k, signal);
    return learnable(ledger, scope, ids, query === undefined ? "refused" : "skipped");
  }

  async #receipt(
    operation: AttachReceipt["operation"],
    { id, scope }: Adapter,
    changed: boolean,
    started: number,
  ): Promise<AttachReceipt> {
    const attached = await this.#host.ledger.attachmentsOf(id, scope);
    return {
      operation,
      adapter: id,
      changed,
      attached: attached.map(({ scope: where, scale }) => ({ scope: where, scale })),
      milliseconds: performance.now() - started,
      warnings: [],
    };
  }
}

/** Prompts of all sessions are answered under the same adapters. */
function ownerOf(scope: Scope): Scope {
  const { session: _, ...owner } = parse(scopeSchema, scope);
  return owner;
}

import { type Scope, scopeSchema } from "../../memcube/index.js";
import type { Access } from "../governance/access.js";
import type { AdapterUse } from "../inference/engine.js";
import { parse } from "../parse.js";
import type { Ledger, Permitted } from "../store/ledger.js";
import { activationCube } from "./activationCube.js";
import type { CompiledMemory } from "./compiledMemory.js";
import { INSTRUCTIONS } from "./instructions.js";
import {
  type ActivationList,
  type CompileOptions,
  type CompileReceipt,
  compileOptionsSchema,
  type PlacementPlan,
  type TidyReceipt,
} from "./operations.js";

export interface ActivationsHost {
  readonly ledger: Ledger;
  readonly compiled: CompiledMemory;
  writable(): void;
  now(): number;
  /** What prompts of a scope are answered under, and compiled. */
  adapters(scope: Scope, labels: Permitted, signal: AbortSignal | undefined): Promise<readonly AdapterUse[]>;
}

/**
 * Compiled memory as a caller sees it: what is compiled for a scope, compiling and giving up by hand, and what the
 * placement policy would do. Chat uses and compiles by itself.
 */
export class Activations {
  readonly #host: ActivationsHost;
  readonly #access: Pick<Access, "authorize" | "authorizeAll" | "authorizeOwner">;

  constructor(host: ActivationsHost, access: Pick<Access, "authorize" | "authorizeAll" | "authorizeOwner">) {
    this.#host = host;
    this.#access = access;
  }

  /** What is compiled for prompts of exactly this scope, in whichever session. */
  async list(scope: Scope): Promise<ActivationList> {
    const owner = ownerOf(scope);
    await this.#access.authorizeAll("activations.list", "read", owner);
    const activations = await this.#host.ledger.activations(owner);
    return {
      activations: activations.map((one) => ({
        cube: activationCube(one),
        tier: one.tier,
        codec: one.codec,
        bytes: one.bytes,
        prefillMs: one.prefillMs,
      })),
    };
  }

  /**
   * Compiles the memory that prompts of a scope begin with, so that the next prompt needs no prefill of it; a server
   * that keeps prefixes by itself is warmed with it.
   *
   * @throws MemosError UNSUPPORTED without a model; MODEL_FAILED, ABORTED, DISK_FULL.
   */
  async compile(scope: Scope, options: CompileOptions = {}): Promise<CompileReceipt> {
    const owner = ownerOf(scope);
    const { instructions = INSTRUCTIONS, signal } = parse(compileOptionsSchema, options);
    const { labels } = await this.#access.authorize("activations.compile", "read", owner);
    this.#host.writable();
    const { compiled, adapters } = this.#host;
    const beginning = await compiled.beginning(owner, labels, instructions);
    const use = await adapters(owner, labels, signal);
    return compiled.compile(owner, beginning, instructions, { adapters: use, signal });
  }

  /** What should be compiled or given up now, and why; writes nothing. */
  async plan(scope: Scope): Promise<PlacementPlan> {
    const owner = ownerOf(scope);
    const { labels } = await this.#access.authorize("activations.plan", "read", owner);
    const { compiled, ledger, adapters } = this.#host;
    const beginning = await compiled.beginning(owner, labels, INSTRUCTIONS);
    const usesPerDay = await ledger.usesOfBlock(owner, this.#host.now());
    const use = await adapters(owner, labels, undefined);
    return { decisions: await compiled.decisions(owner, beginning, usesPerDay, use) };
  }

  /** Gives up everything that is compiled for a scope. Its text is still there. */
  async drop(scope: Scope): Promise<{ dropped: number }> {
    const owner = ownerOf(scope);
    await this.#access.authorizeAll("activations.drop", "change", owner);
    this.#host.writable();
    const rows = await this.#host.ledger.activations(owner);
    await this.#host.ledger.dropActivations(rows.map(({ id }) => id));
    await this.#host.compiled.sweep();
    return { dropped: rows.length };
  }

  /** Keeps files within their quotas: compresses, and gives up, what is worth least. For who opened the store. */
  async tidy(): Promise<TidyReceipt> {
    await this.#access.authorizeOwner("activations.tidy");
    this.#host.writable();
    return this.#host.compiled.tidy();
  }
}

/** Prompts of all sessions begin with the same memory. */
function ownerOf(scope: Scope): Scope {
  const { session: _, ...owner } = parse(scopeSchema, scope);
  return owner;
}

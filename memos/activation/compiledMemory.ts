import { randomUUID } from "node:crypto";
import type * as z from "zod";
import { isMemosError, type MemCube, MemosError, newCubeId, type Scope } from "../../memcube/index.js";
import type { AdapterUse, ChatMessage, Engine, EngineFingerprint, StoredState } from "../inference/engine.js";
import { warm } from "../inference/warming.js";
import { type PlacementDecision, PlacementPolicy } from "../lifecycle/placement/policy.js";
import { presentHeat } from "../lifecycle/presentHeat.js";
import { parse } from "../parse.js";
import { selectionOf } from "../retrieval/selection.js";
import { o200k } from "../retrieval/tokens.js";
import type { Activation } from "../store/activationLedger.js";
import type { Permitted } from "../store/ledger.js";
import { activationCube } from "./activationCube.js";
import { type Block, blockWithin, compileBlock, segmentChain } from "./block.js";
import { blockSets } from "./blockSets.js";
import type { BlockCandidate } from "./candidate.js";
import { systemText } from "./conversation.js";
import { fingerprintHash } from "./fingerprint.js";
import { tokenRatio } from "./modelTokens.js";
import {
  type ActivationSettings,
  activationSettingsSchema,
  type CompileReceipt,
  type TidyReceipt,
} from "./operations.js";
import { StateTiers, type StateTiersHost } from "./stateTiers.js";

/** Cubes that are looked at for the block of a scope. */
const CANDIDATES = 512;

/** How long one process has the right to compile a block before another may try. */
const COMPILE_LEASE_MS = 600_000;

const DAY = 86_400_000;

/** Templates want a turn of somebody before the assistant answers. */
const NEXT_TURN = { role: "user", content: "." } as const;

/** Tokens that must be evaluated at once for their time to say something. */
const MEASURED_TOKENS = 64;

/** Characters of a token, where the tokens are not known yet. */
const TOKEN_CHARACTERS = 4;

/** Of the tokens that a prompt and its answer can have: the rest is for the conversation. */
const BLOCK_SHARE = 1 / 3;

export interface CompiledMemoryHost extends StateTiersHost {
  /** Nothing is noted, compiled or removed. */
  readonly readOnly: boolean;
  /** Something was purged by somebody: prompts that are kept in memory may hold it. */
  purged(): void;
}

/** The memory that prompts of a scope begin with now. */
export interface Beginning {
  readonly block: Block;
  /** For each segment, the hash of everything up to its end. */
  readonly chain: readonly string[];
  readonly changesPerWeek: number;
  /** The memories that stand in it. */
  readonly cubes: readonly MemCube[];
  /** Purges of the store before it was read. */
  readonly purges: number;
}

/** A stored state for the beginning of a prompt. */
export interface Found {
  readonly activation: Activation;
  readonly state: StoredState;
}

/** What became of the stored state that a prompt was given. */
export interface Outcome {
  readonly restored: boolean;
  readonly miss: boolean;
  /** Tokens that were evaluated, and the milliseconds it took. */
  readonly prefilled: number;
  readonly prefillMs: number;
}

/**
 * Compiled memory: the KV caches of what prompts begin with. They are looked up by what the prompt says now, hashed,
 * so a state of anything else is never found; the ledger drops a state in the transaction in which one of its sources
 * changes; and whatever is missing, damaged or different is a miss, never an error: the text is still there.
 */
export class CompiledMemory {
  readonly #host: CompiledMemoryHost;
  readonly #settings: z.output<typeof activationSettingsSchema>;
  readonly #tiers: StateTiers;
  /** Milliseconds that evaluating a token has taken lately. */
  #prefillMsPerToken: number | undefined;
  #background: Promise<void> = Promise.resolve();
  /** Purges of the store when the engine was asked last. */
  #purges: number | undefined;
  #ratio: number | undefined;

  /** @throws MemosError INVALID_INPUT for settings that are not valid. */
  constructor(host: CompiledMemoryHost, settings: ActivationSettings = {}) {
    this.#host = host;
    this.#settings = parse(activationSettingsSchema, settings);
    this.#tiers = new StateTiers(host, this.#settings);
  }

  /** @throws MemosError UNSUPPORTED without a model that keeps states. */
  get #engine(): Engine {
    const engine = this.#anyEngine;
    if (engine.capabilities.state !== "files")
      throw new MemosError("UNSUPPORTED", `${engine.name} does not keep KV states in files.`);
    return engine;
  }

  /** @throws MemosError UNSUPPORTED without a model. */
  get #anyEngine(): Engine {
    const { engine } = this.#host;
    if (engine === undefined)
      throw new MemosError(
        "UNSUPPORTED",
        "There is no model: start the server with --model, or open the memory with an `engine`.",
      );
    return engine;
  }

  /** The block of a scope, as a reader with these labels sees it. */
  async beginning(scope: Scope, permit: Permitted, instructions: string): Promise<Beginning> {
    const { ledger, engine, readOnly } = this.#host;
    const purges = await this.forgetPurged();
    const now = this.#host.now();
    const [selection, counter, blockTokens] = await Promise.all([
      selectionOf(ledger, scope, { permit }),
      o200k(),
      this.#blockTokens(),
    ]);
    const [cubes, saved] = await Promise.all([
      ledger.blockCubes(selection, CANDIDATES),
      ledger.savedSets(scope),
    ]);
    const candidates = cubes.map((cube) => candidateOf(cube, now));
    const previous = saved.map((one) => ({ ...one, cubes: [...one.cubes], tier: "plaintext" as const }));
    const { sets } = blockSets(
      candidates,
      { scope, now, previous, counter },
      { bytesPerToken: 1, tokens: blockTokens },
    );
    const named = sets.map(({ id, cubes: members }) => ({ id, cubes: members.map((cube) => cube.id) }));
    const keeps = permit === undefined && engine !== undefined && !readOnly;
    if (keeps && JSON.stringify(named) !== JSON.stringify(saved))
      await ledger.saveSets(scope, named).catch((error) => this.#host.onError(error));
    const block = blockWithin(compileBlock(sets), blockTokens, counter);
    const given = new Set(block.manifest.map(({ cube }) => cube));
    return {
      block,
      chain: segmentChain([{ text: instructions }, ...block.segments]).slice(1),
      changesPerWeek: sets.at(-1)?.placement.changesPerWeek ?? 0,
      cubes: sets.flatMap((one) => one.cubes).filter(({ id }) => given.has(id)),
      purges,
    };
  }

  /** Tokens of the model for one that is counted (o200k_base). */
  async ratio(engine: Engine): Promise<number> {
    this.#ratio ??= await tokenRatio(engine);
    return this.#ratio;
  }

  /** It depends on the settings and the model alone: the same memory makes the same block in every process. */
  async #blockTokens(): Promise<number> {
    const { blockTokens } = this.#settings;
    const { engine } = this.#host;
    if (engine === undefined) return blockTokens;
    const [{ contextTokens }, ratio] = await Promise.all([engine.model(), this.ratio(engine)]);
    return Math.max(1, Math.min(blockTokens, Math.floor((contextTokens * BLOCK_SHARE) / ratio)));
  }

  /** The stored state that holds the most of a beginning, for the engine as it is now and under these adapters. */
  async find(
    scope: Scope,
    { chain }: Beginning,
    adapters: readonly AdapterUse[] = [],
  ): Promise<Found | undefined> {
    const { engine, ledger, folder } = this.#host;
    if (engine?.capabilities.state !== "files" || chain.length === 0) return undefined;
    const known = await this.#configuration(adapters).catch(unsupported);
    if (known === undefined) return undefined;
    const found = await ledger.activationsFor(scope, known.configuration, chain);
    const activation = longest(found, chain);
    if (activation === undefined) return undefined;
    return {
      activation,
      state: {
        path: folder.fileOf(activation.sha256),
        sha256: activation.sha256,
        codec: activation.codec,
      },
    };
  }

  /**
   * Notes that a prompt has begun with a block, whether its stored state served, and what evaluating the rest took.
   * What cannot be noted costs nobody their answer.
   *
   * @returns how many such prompts there are in a day, of late.
   */
  async used(scope: Scope, found: Found | undefined, outcome: Outcome): Promise<number> {
    if (this.#host.readOnly) return 0;
    return this.#noted(scope, found, outcome).catch((error) => {
      this.#host.onError(error);
      return 0;
    });
  }

  async #noted(scope: Scope, found: Found | undefined, outcome: Outcome): Promise<number> {
    const { ledger } = this.#host;
    if (outcome.prefilled >= MEASURED_TOKENS && outcome.prefillMs > 0) {
      const now = outcome.prefillMs / outcome.prefilled;
      this.#prefillMsPerToken = ((this.#prefillMsPerToken ?? now) + now) / 2;
    }
    if (found !== undefined && outcome.restored)
      await ledger.usedActivation(found.activation.id, this.#host.now());
    // A state that could not be used is compiled again when it is worth it.
    if (found !== undefined && outcome.miss) {
      await ledger.dropActivations([found.activation.id]);
      await this.#tiers.sweep();
    }
    return ledger.usedBlock(scope, this.#host.now());
  }

  /**
   * Compiles what is worth it, in the background: the prompt that has just ended left most of it in memory. What was
   * only there compressed is evaluated anew when it is used again.
   */
  consider(
    scope: Scope,
    beginning: Beginning,
    instructions: string,
    use: {
      readonly perDay: number;
      readonly found: Found | undefined;
      readonly adapters?: readonly AdapterUse[];
    },
  ): void {
    const { engine, readOnly } = this.#host;
    if (!this.#settings.automatic || readOnly || engine?.capabilities.state !== "files") return;
    this.#background = this.#background
      .then(async () => {
        const decisions = await this.decisions(scope, beginning, use.perDay, use.adapters);
        const worthIt = decisions.some(({ action, state }) => action === "compile" && state === "approved");
        if (!worthIt && !(await this.#tiers.deservesAFile(use.found?.activation))) return;
        await this.compile(scope, beginning, instructions, { adapters: use.adapters });
        await this.#tiers.tidy();
      })
      .catch(unsupported)
      .catch((error) => this.#host.onError(error));
  }

  /** Keeps files within their quotas. */
  tidy(): Promise<TidyReceipt> {
    return this.#tiers.tidy();
  }

  /** Removes the files of states that are not in the catalogue any more; after a purge, before its receipt is given. */
  sweep(): Promise<number> {
    return this.#tiers.sweep();
  }

  /** Resolves when nothing is compiled in the background. */
  settled(): Promise<void> {
    return this.#background;
  }

  /**
   * Has everybody forget what they keep of prompts in memory, the engine its live sequences, when anything was purged
   * meanwhile by any process.
   *
   * @param since what an earlier call gave: for who has read memories after it, and put them into a prompt.
   * @returns the number of purges so far.
   */
  async forgetPurged(since?: number): Promise<number> {
    const { engine, ledger } = this.#host;
    const purges = await ledger.purgedThrough();
    if ([since, this.#purges].some((seen) => seen !== undefined && seen !== purges)) {
      this.#host.purged();
      // What a server keeps by itself, nobody here can take away, unless it is said to be nobody else's.
      const keeps = engine?.capabilities.state;
      try {
        if (keeps === "files" || keeps === "slots" || engine?.capabilities.prefixes.dropped)
          await engine?.drop();
      } catch (error) {
        // It is asked again next time.
        this.#host.onError(error);
        return purges;
      }
    }
    this.#purges = purges;
    return purges;
  }

  async #configuration(
    adapters: readonly AdapterUse[],
  ): Promise<{ fingerprint: EngineFingerprint; configuration: string }> {
    const fingerprint = await this.#engine.fingerprint(adapters);
    return { fingerprint, configuration: fingerprintHash(fingerprint) };
  }

  /** What the placement policy says of a beginning, used so often. */
  async decisions(
    scope: Scope,
    { block, chain, changesPerWeek }: Beginning,
    usesPerDay: number,
    adapters: readonly AdapterUse[] = [],
  ): Promise<PlacementDecision[]> {
    if (block.segments.length === 0) return [];
    const { fingerprint, configuration } = await this.#configuration(adapters);
    const present = longest(await this.#host.ledger.activationsFor(scope, configuration, chain), chain);
    const whole = present !== undefined && present.beginning === chain.at(-1);
    const tokens = whole ? present.tokens : Math.ceil(block.text.length / TOKEN_CHARACTERS);
    const row = [...fingerprint.keyRows, ...fingerprint.valueRows].reduce((sum, bytes) => sum + bytes, 0);
    const { placement } = this.#settings;
    const prefillMsPerToken = this.#prefillMsPerToken ?? placement.prefillMsPerToken;
    return new PlacementPolicy({ ...placement, prefillMsPerToken }).plan([
      {
        id: block.sha256,
        tokens,
        bytes: Math.max(1, tokens * row),
        usesPerDay,
        changesPerWeek,
        tier: whole ? "activation" : "plaintext",
      },
    ]);
  }

  /**
   * Compiles a beginning, unless that is done already or another process is at it. A server that keeps prefixes by
   * itself is had to evaluate it: it is `warmed`, for as long as the server likes.
   *
   * @throws MemosError UNSUPPORTED without a model; MODEL_FAILED, ABORTED, DISK_FULL.
   */
  async compile(
    scope: Scope,
    { block, chain, purges }: Beginning,
    instructions: string,
    {
      adapters = [],
      signal,
    }: { adapters?: readonly AdapterUse[] | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<CompileReceipt> {
    const started = performance.now();
    const engine = this.#anyEngine;
    const { ledger, folder } = this.#host;
    const receipt = (
      reason: CompileReceipt["reason"],
      activation?: Activation,
      times: { prefillMs: number; saveMs: number } = { prefillMs: 0, saveMs: 0 },
    ): CompileReceipt => ({
      operation: "compile",
      cube: activation === undefined ? null : activationCube(activation),
      reason,
      tokens: activation?.tokens ?? 0,
      cached: 0,
      bytes: activation?.bytes ?? 0,
      ...times,
      milliseconds: performance.now() - started,
    });
    const beginning = chain.at(-1);
    if (beginning === undefined) return receipt("empty");
    const system = { role: "system", content: systemText(instructions, block) } as const;
    if (engine.capabilities.state !== "files") {
      const { tokens, cached, milliseconds } = await warm(engine, {
        messages: [system, NEXT_TURN],
        adapters,
        salt: scope.tenant,
        signal,
      });
      await this.forgetPurged(purges);
      return { ...receipt("warmed"), tokens, cached, prefillMs: milliseconds };
    }
    const { configuration } = await this.#configuration(adapters);
    const [present] = await ledger.activationsFor(scope, configuration, [beginning]);
    if (present?.tier === "file" && (await folder.has(present.sha256))) return receipt("present", present);
    const lease = `compile ${configuration.slice(0, 16)} ${beginning.slice(0, 32)}`;
    const holder = randomUUID();
    // Two processes that compile the same would only do the work twice.
    if (!(await ledger.lease(lease, holder, COMPILE_LEASE_MS))) return receipt("busy");
    try {
      const messages: ChatMessage[] = [system];
      // What came out of a compressed state must not be written down as if it were exact.
      const fresh = (await ledger.activationFiles()).some(({ tier }) => tier === "compressed");
      const compiled = await folder.made((path) =>
        engine.compile({
          messages,
          path,
          adapters,
          salt: scope.tenant,
          fresh,
          ...(signal === undefined ? {} : { signal }),
        }),
      );
      const now = this.#host.now();
      const activation: Activation = {
        id: newCubeId(),
        scope,
        configuration: fingerprintHash(compiled.fingerprint),
        fingerprint: compiled.fingerprint,
        beginning,
        manifest: block.manifest,
        tokens: compiled.tokens,
        prefix: compiled.prefix,
        tier: "file",
        codec: "raw",
        sha256: compiled.sha256,
        bytes: compiled.bytes,
        prefillMs: compiled.prefillMs,
        createdAt: now,
        lastUsedAt: now,
        uses: 0,
      };
      const kept = await ledger.saveActivation(activation);
      // What it takes the place of, and what was made from memories that have changed since.
      await this.#tiers.sweep();
      const times = { prefillMs: compiled.prefillMs, saveMs: compiled.saveMs };
      return kept ? receipt("compiled", activation, times) : receipt("changed", undefined, times);
    } finally {
      await ledger.release(lease, holder);
      await this.forgetPurged(purges);
    }
  }
}

/** A model whose states are not known is a model without compiled memory. */
function unsupported(error: unknown): undefined {
  if (!isMemosError(error, "UNSUPPORTED")) throw error;
}

function longest(found: readonly Activation[], chain: readonly string[]): Activation | undefined {
  const place = ({ beginning }: Activation) => chain.indexOf(beginning);
  return [...found].sort((a, b) => place(b) - place(a))[0];
}

function candidateOf(cube: BlockCandidate["cube"], now: number): BlockCandidate {
  const days = Math.max(1, (now - Date.parse(cube.time.recordedAt)) / DAY);
  return {
    cube,
    heat: presentHeat(cube, now).behaviour.heat,
    usesPerDay: cube.behaviour.useCount / days,
    changesPerWeek: ((cube.version - 1) * 7) / Math.max(7, days),
  };
}

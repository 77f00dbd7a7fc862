import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { type MemCube, MemosError, newCubeId, type Scope } from "../../memcube/index.js";
import type { ChatMessage, Engine, EngineFingerprint, StoredState } from "../inference/engine.js";
import { type PlacementDecision, PlacementPolicy } from "../lifecycle/placement/policy.js";
import { presentHeat } from "../lifecycle/presentHeat.js";
import { parse } from "../parse.js";
import { selectionOf } from "../retrieval/selection.js";
import { o200k } from "../retrieval/tokens.js";
import type { Activation, ActivationFile } from "../store/activationLedger.js";
import type { Ledger, Permitted } from "../store/ledger.js";
import { activationCube } from "./activationCube.js";
import { type Block, blockWithin, compileBlock, segmentChain } from "./block.js";
import { blockSets } from "./blockSets.js";
import type { BlockCandidate } from "./candidate.js";
import { systemText } from "./conversation.js";
import { fingerprintHash } from "./fingerprint.js";
import {
  type ActivationSettings,
  activationSettingsSchema,
  type CompileReceipt,
  type TidyReceipt,
} from "./operations.js";
import { compressed } from "./recode.js";
import type { StateFolder } from "./stateFolder.js";

/** Cubes that are looked at for the block of a scope. */
const CANDIDATES = 512;

/** How long one process has the right to compile a block before another may try. */
const COMPILE_LEASE_MS = 600_000;

/** Unfinished files of a process that has died. */
const LEFTOVER_MS = 3_600_000;

const DAY = 86_400_000;

/** Tokens that must be evaluated at once for their time to say something. */
const MEASURED_TOKENS = 64;

/** Characters of a token, where the tokens are not known yet. */
const TOKEN_CHARACTERS = 4;

export interface CompiledMemoryHost {
  readonly ledger: Ledger;
  readonly folder: StateFolder;
  readonly engine: Engine | undefined;
  now(): number;
  onError(error: unknown): void;
}

/** The memory that prompts of a scope begin with now. */
export interface Beginning {
  readonly block: Block;
  /** For each segment, the hash of everything up to its end. */
  readonly chain: readonly string[];
  readonly changesPerWeek: number;
  /** The memories that stand in it. */
  readonly cubes: readonly MemCube[];
}

/** A stored state for the beginning of a prompt. */
export interface Found {
  readonly activation: Activation;
  readonly state: StoredState;
}

/**
 * Compiled memory: the KV caches of what prompts begin with. They are looked up by what the prompt says now, hashed,
 * so a state of anything else is never found; the ledger drops a state in the transaction in which one of its sources
 * changes; and whatever is missing, damaged or different is a miss, never an error: the text is still there.
 */
export class CompiledMemory {
  readonly #host: CompiledMemoryHost;
  readonly #settings: z.output<typeof activationSettingsSchema>;
  /** Milliseconds that evaluating a token has taken lately. */
  #prefillMsPerToken: number | undefined;
  #background: Promise<void> = Promise.resolve();
  /** Purges of the store when the engine was asked last. */
  #purges: number | undefined;

  /** @throws MemosError INVALID_INPUT for settings that are not valid. */
  constructor(host: CompiledMemoryHost, settings: ActivationSettings = {}) {
    this.#host = host;
    this.#settings = parse(activationSettingsSchema, settings);
  }

  /** @throws MemosError UNSUPPORTED without a model that keeps states. */
  get #engine(): Engine {
    const { engine } = this.#host;
    if (engine === undefined)
      throw new MemosError("UNSUPPORTED", "There is no model: open the memory with an `engine`.");
    if (engine.capabilities.state !== "files")
      throw new MemosError("UNSUPPORTED", `${engine.name} does not keep KV states in files.`);
    return engine;
  }

  /** The block of a scope, as a reader with these labels sees it. */
  async beginning(scope: Scope, permit: Permitted, instructions: string): Promise<Beginning> {
    const { ledger, engine } = this.#host;
    const now = this.#host.now();
    const [selection, counter] = await Promise.all([selectionOf(ledger, scope, { permit }), o200k()]);
    const [cubes, saved] = await Promise.all([
      ledger.blockCubes(selection, CANDIDATES),
      ledger.savedSets(scope),
    ]);
    const candidates = cubes.map((cube) => candidateOf(cube, now));
    const previous = saved.map((one) => ({ ...one, cubes: [...one.cubes], tier: "plaintext" as const }));
    const { sets } = blockSets(
      candidates,
      { scope, now, previous, counter },
      { bytesPerToken: 1, tokens: this.#settings.blockTokens },
    );
    const named = sets.map(({ id, cubes: members }) => ({ id, cubes: members.map((cube) => cube.id) }));
    if (permit === undefined && JSON.stringify(named) !== JSON.stringify(saved) && engine !== undefined)
      await ledger.saveSets(scope, named).catch((error) => this.#host.onError(error));
    const block = blockWithin(compileBlock(sets), this.#settings.blockTokens, counter);
    const given = new Set(block.manifest.map(({ cube }) => cube));
    return {
      block,
      chain: segmentChain([{ text: instructions }, ...block.segments]).slice(1),
      changesPerWeek: sets.at(-1)?.placement.changesPerWeek ?? 0,
      cubes: sets.flatMap((one) => one.cubes).filter(({ id }) => given.has(id)),
    };
  }

  /** The stored state that holds the most of a beginning, for the engine as it is now. */
  async find(scope: Scope, { chain }: Beginning): Promise<Found | undefined> {
    const { engine, ledger, folder } = this.#host;
    if (engine?.capabilities.state !== "files" || chain.length === 0) return undefined;
    const { configuration } = await this.#configuration();
    const found = await ledger.activationsFor(scope, configuration, chain);
    const activation = longest(found, chain);
    if (activation === undefined) return undefined;
    return {
      activation,
      state: { path: folder.fileOf(activation.sha256), sha256: activation.sha256 },
    };
  }

  /**
   * Notes that a prompt has begun with a block, whether its stored state served, and what evaluating the rest took.
   *
   * @returns how often prompts begin with it in a day.
   */
  async used(
    scope: Scope,
    found: Found | undefined,
    outcome: { restored: boolean; miss: boolean; prefilled: number; prefillMs: number },
  ): Promise<number> {
    const { ledger } = this.#host;
    if (outcome.prefilled >= MEASURED_TOKENS) {
      const now = outcome.prefillMs / outcome.prefilled;
      this.#prefillMsPerToken = ((this.#prefillMsPerToken ?? now) + now) / 2;
    }
    if (found !== undefined && outcome.restored)
      await ledger.usedActivation(found.activation.id, this.#host.now());
    // A state that could not be used is compiled again when it is worth it.
    if (found !== undefined && outcome.miss) {
      await ledger.dropActivations([found.activation.id]);
      await this.sweep();
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
    use: { readonly perDay: number; readonly found: Found | undefined },
  ): void {
    if (!this.#settings.automatic || this.#host.engine?.capabilities.state !== "files") return;
    this.#background = this.#background
      .then(async () => {
        const decisions = await this.decisions(scope, beginning, use.perDay);
        const worthIt = decisions.some(({ action, state }) => action === "compile" && state === "approved");
        if (!worthIt && !(await this.#deservesAFile(use.found))) return;
        await this.compile(scope, beginning, instructions, undefined);
        await this.tidy();
      })
      .catch((error) => this.#host.onError(error));
  }

  /** Resolves when nothing is compiled in the background. */
  settled(): Promise<void> {
    return this.#background;
  }

  /**
   * Removes the files of states that are not in the catalogue any more, and has the engine forget what is purged.
   * After a purge it is called before the receipt is given.
   */
  async sweep(): Promise<number> {
    const { ledger, folder } = this.#host;
    const keep = new Set((await ledger.activationFiles()).map(({ sha256 }) => sha256));
    return folder.sweep(keep, LEFTOVER_MS);
  }

  /**
   * Has the engine forget its live sequences when anything was purged since it was asked last, by any process.
   *
   * @returns whether anything was: whoever holds text of memories forgets it as well.
   */
  async forgetPurged(): Promise<boolean> {
    const { engine, ledger } = this.#host;
    const purges = await ledger.purgedThrough();
    const seen = this.#purges;
    this.#purges = purges;
    if (seen === undefined || purges === seen) return false;
    // What a server keeps by itself, nobody here can take away.
    const keeps = engine?.capabilities.state;
    if (engine !== undefined && (keeps === "files" || keeps === "slots"))
      await engine.drop().catch((error: unknown) => this.#host.onError(error));
    return true;
  }

  async #configuration(): Promise<{ fingerprint: EngineFingerprint; configuration: string }> {
    const fingerprint = await this.#engine.fingerprint();
    return { fingerprint, configuration: fingerprintHash(fingerprint) };
  }

  /** What the placement policy says of a beginning, used so often. */
  async decisions(
    scope: Scope,
    { block, chain, changesPerWeek }: Beginning,
    usesPerDay: number,
  ): Promise<PlacementDecision[]> {
    if (block.segments.length === 0) return [];
    const { fingerprint, configuration } = await this.#configuration();
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
   * Compiles a beginning, unless that is done already or another process is at it.
   *
   * @throws MemosError UNSUPPORTED without a model that keeps states; MODEL_FAILED, ABORTED, DISK_FULL.
   */
  async compile(
    scope: Scope,
    { block, chain }: Beginning,
    instructions: string,
    signal: AbortSignal | undefined,
  ): Promise<CompileReceipt> {
    const started = performance.now();
    const engine = this.#engine;
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
      bytes: activation?.bytes ?? 0,
      ...times,
      milliseconds: performance.now() - started,
    });
    const beginning = chain.at(-1);
    if (beginning === undefined) return receipt("empty");
    const { configuration } = await this.#configuration();
    const [present] = await ledger.activationsFor(scope, configuration, [beginning]);
    if (present?.tier === "file" && (await folder.has(present.sha256))) return receipt("present", present);
    const lease = `compile ${configuration.slice(0, 16)} ${beginning.slice(0, 32)}`;
    const holder = randomUUID();
    // Two processes that compile the same would only do the work twice.
    if (!(await ledger.lease(lease, holder, COMPILE_LEASE_MS))) return receipt("busy");
    try {
      const messages: ChatMessage[] = [{ role: "system", content: systemText(instructions, block) }];
      // What came out of a compressed state must not be written down as if it were exact.
      const fresh = (await ledger.activationFiles()).some(({ tier }) => tier === "compressed");
      const compiled = await folder.made((path) =>
        engine.compile({
          messages,
          path,
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
        set: block.segments.at(-1)?.id ?? "",
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
      if (!kept) await this.sweep();
      const times = { prefillMs: compiled.prefillMs, saveMs: compiled.saveMs };
      return kept ? receipt("compiled", activation, times) : receipt("changed", undefined, times);
    } finally {
      await ledger.release(lease, holder);
    }
  }

  /**
   * Keeps files within their quotas, the least worth first: compresses what the engine wrote, drops what is
   * compressed.
   */
  async tidy(): Promise<TidyReceipt> {
    const { ledger, folder } = this.#host;
    const removed = await this.sweep();
    const coldSince = this.#host.now() - this.#settings.coldDays * DAY;
    const all = await ledger.activationFiles();
    const cold = all.filter(({ lastUsedAt }) => lastUsedAt < coldSince).map(({ id }) => id);
    const files = all.filter(({ id }) => !cold.includes(id));
    const total = (tier: "file" | "compressed", of: typeof files) =>
      of.filter((one) => one.tier === tier).reduce((sum, { bytes }) => sum + bytes, 0);
    const byWorth = [...files].sort((a, b) => worthOf(a) - worthOf(b) || (a.id < b.id ? -1 : 1));
    let fileBytes = total("file", files);
    let compressedBytes = total("compressed", files);
    const [squeezed, dropped] = [[] as string[], [...cold]];
    for (const one of byWorth) {
      if (one.tier !== "file" || fileBytes <= this.#settings.fileBytes) continue;
      fileBytes -= one.bytes;
      const now = await this.#compress(one);
      if (now === undefined) dropped.push(one.id);
      else {
        squeezed.push(one.id);
        compressedBytes += now;
      }
    }
    for (const one of byWorth) {
      if (one.tier !== "compressed" || compressedBytes <= this.#settings.compressedBytes) continue;
      compressedBytes -= one.bytes;
      dropped.push(one.id);
    }
    await ledger.dropActivations(dropped);
    await folder.sweep(new Set((await ledger.activationFiles()).map(({ sha256 }) => sha256)), LEFTOVER_MS);
    return { compressed: squeezed.length, dropped: dropped.length, removed, fileBytes, compressedBytes };
  }

  /** Bytes of the compressed file that took the place of one; undefined when it could not be made. */
  async #compress({ id, sha256 }: Pick<Activation, "id" | "sha256">): Promise<number | undefined> {
    const { ledger, folder, engine } = this.#host;
    try {
      const headSize = (await engine?.model())?.headSize;
      const source = { path: folder.fileOf(sha256), sha256 };
      const made = await folder.made((path) => compressed(source, path, this.#settings.codec, headSize));
      const moved = await ledger.moveActivation(id, {
        tier: "compressed",
        codec: made.codec,
        sha256: made.sha256,
        bytes: made.bytes,
      });
      return moved ? made.bytes : undefined;
    } catch (error) {
      this.#host.onError(error);
      return undefined;
    }
  }

  /** A compressed state that has served again, when there is room for it as the engine writes it. */
  async #deservesAFile(found: Found | undefined): Promise<boolean> {
    if (found?.activation.tier !== "compressed" || found.activation.uses === 0) return false;
    const files = await this.#host.ledger.activationFiles();
    const taken = files.filter(({ tier }) => tier === "file").reduce((sum, { bytes }) => sum + bytes, 0);
    return taken + COMPRESSION * found.activation.bytes <= this.#settings.fileBytes;
  }
}

/** How much larger than a compressed state one is that the engine wrote, about. */
const COMPRESSION = 4;

/** Tokens that a byte saves to evaluate, for what was used more often more. */
function worthOf({ bytes, tokens, uses }: ActivationFile): number {
  return (tokens * (1 + uses)) / Math.max(1, bytes);
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

import type { z } from "zod";
import type { Engine } from "../inference/engine.js";
import type { Activation, ActivationFile, StateTier } from "../store/activationLedger.js";
import type { Ledger } from "../store/ledger.js";
import type { activationSettingsSchema, TidyReceipt } from "./operations.js";
import { compressed } from "./recode.js";
import type { StateFolder } from "./stateFolder.js";

/** Unfinished files of a process that has died. */
const LEFTOVER_MS = 3_600_000;

const DAY = 86_400_000;

/** How much larger than a compressed state one is that the engine wrote, about. */
const COMPRESSION = 4;

export interface StateTiersHost {
  readonly ledger: Ledger;
  readonly folder: StateFolder;
  readonly engine: Engine | undefined;
  now(): number;
  onError(error: unknown): void;
}

/**
 * Where compiled states are kept: as the engine wrote them while there is room, compressed beyond that, and not at
 * all when they are cold or worth least.
 */
export class StateTiers {
  readonly #host: StateTiersHost;
  readonly #settings: z.output<typeof activationSettingsSchema>;

  constructor(host: StateTiersHost, settings: z.output<typeof activationSettingsSchema>) {
    this.#host = host;
    this.#settings = settings;
  }

  /**
   * Removes the files of states that are not in the catalogue any more. After a purge it is called before the
   * receipt is given.
   */
  sweep(): Promise<number> {
    const { ledger, folder } = this.#host;
    const kept = async () => new Set((await ledger.activationFiles()).map(({ sha256 }) => sha256));
    return folder.sweep(kept, LEFTOVER_MS);
  }

  /**
   * Keeps files within their quotas, the least worth first: compresses what the engine wrote, drops what is
   * compressed.
   */
  async tidy(): Promise<TidyReceipt> {
    const { ledger } = this.#host;
    const { fileBytes, compressedBytes } = this.#settings;
    const removed = await this.sweep();
    const coldSince = this.#host.now() - this.#settings.coldDays * DAY;
    const cold = (await ledger.activationFiles()).filter(({ lastUsedAt }) => lastUsedAt < coldSince);
    await ledger.dropActivations(cold.map(({ id }) => id));
    const left: string[] = [];
    let squeezed = 0;
    for (const one of excess(await ledger.activationFiles(), "file", fileBytes))
      if (await this.#compress(one)) squeezed++;
      else left.push(one.id);
    const over = excess(await ledger.activationFiles(), "compressed", compressedBytes);
    const dropped = [...left, ...over.map(({ id }) => id)];
    await ledger.dropActivations(dropped);
    await this.sweep();
    const files = await ledger.activationFiles();
    return {
      compressed: squeezed,
      dropped: cold.length + dropped.length,
      removed,
      fileBytes: bytesOf(files, "file"),
      compressedBytes: bytesOf(files, "compressed"),
    };
  }

  /** A compressed state that has served again, when there is room for it as the engine writes it. */
  async deservesAFile(activation: Activation | undefined): Promise<boolean> {
    if (activation?.tier !== "compressed" || activation.uses === 0) return false;
    const files = await this.#host.ledger.activationFiles();
    return bytesOf(files, "file") + COMPRESSION * activation.bytes <= this.#settings.fileBytes;
  }
  /** Puts a compressed file in the place of one; false when that could not be made. */
  async #compress({ id, sha256 }: ActivationFile): Promise<boolean> {
    const { ledger, folder, engine } = this.#host;
    try {
      const headSize = (await engine?.model())?.headSize;
      const source = { path: folder.fileOf(sha256), sha256 };
      const made = await folder.made((path) => compressed(source, path, this.#settings.codec, headSize));
      return await ledger.moveActivation(id, {
        tier: "compressed",
        codec: made.codec,
        sha256: made.sha256,
        bytes: made.bytes,
      });
    } catch (error) {
      this.#host.onError(error);
      return false;
    }
  }
}

function bytesOf(files: readonly ActivationFile[], tier: StateTier): number {
  return files.filter((one) => one.tier === tier).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Those that must go so that the rest of a tier is within its quota: what is worth least. */
function excess(files: readonly ActivationFile[], tier: StateTier, quota: number): ActivationFile[] {
  let over = bytesOf(files, tier) - quota;
  return files
    .filter((one) => one.tier === tier)
    .sort((a, b) => worthOf(a) - worthOf(b) || (a.id < b.id ? -1 : 1))
    .filter(({ bytes }) => {
      if (over <= 0) return false;
      over -= bytes;
      return true;
    });
}

/** Tokens that a byte saves to evaluate, for what was used more often more. */
function worthOf({ bytes, tokens, uses }: ActivationFile): number {
  return (tokens * (1 + uses)) / Math.max(1, bytes);
}

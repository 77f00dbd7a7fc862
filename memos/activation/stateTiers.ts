import type * as z from "zod";
import type { Engine } from "../inference/engine.js";
import type { Activation, ActivationFile } from "../store/activationLedger.js";
import type { Ledger } from "../store/ledger.js";
import type { activationSettingsSchema, TidyReceipt } from "./operations.js";
import { compressed } from "./recode.js";
import type { StateFolder } from "./stateFolder.js";
import { bytesOf, coldStates, deservesAFile, excess } from "./stateQuota.js";

/** Unfinished files of a process that has died. */
const LEFTOVER_MS = 3_600_000;

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
    const { fileBytes, compressedBytes, coldDays } = this.#settings;
    const removed = await this.sweep();
    const cold = coldStates(await ledger.activationFiles(), this.#host.now(), coldDays);
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
    if (activation?.tier !== "compressed") return false;
    const present = bytesOf(await this.#host.ledger.activationFiles(), "file");
    return deservesAFile(activation, { present, quota: this.#settings.fileBytes });
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

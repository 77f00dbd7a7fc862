import { type CubeId, isMemosError, MemosError } from "../../memcube/index.js";
import type { AdapterUse, Engine } from "../inference/engine.js";
import type { Adapter } from "../store/adapterLedger.js";
import type { Ledger } from "../store/ledger.js";
import type { AdapterFolder, AdapterPaths } from "./adapterFolder.js";
import { type BaseShape, baseShape } from "./files/index.js";

export interface AdapterStockHost {
  readonly ledger: Ledger;
  readonly folder: AdapterFolder;
  readonly engine: Engine | undefined;
  /** Nothing is derived or removed. */
  readonly readOnly: boolean;
  onError(error: unknown): void;
}

type Stored = Pick<Adapter, "id" | "scope" | "base" | "files">;

/** What is on disk of adapters, beside what the ledger says of it. */
export class AdapterStock {
  readonly #host: AdapterStockHost;
  /** What engines were given. */
  readonly #given = new Map<CubeId, AdapterUse>();

  constructor(host: AdapterStockHost) {
    this.#host = host;
  }

  /**
   * The model that the engine runs, as a file.
   *
   * @throws MemosError UNSUPPORTED where it does not say.
   */
  async base(engine: Engine | undefined, signal?: AbortSignal): Promise<BaseShape> {
    const path = (await engine?.model())?.path;
    if (path === undefined)
      throw new MemosError(
        "UNSUPPORTED",
        engine === undefined
          ? "There is no model: start the server with --model, or open the memory with an `engine`."
          : `${engine.name} does not say which file on this machine it runs: adapters are trained from it.`,
      );
    return baseShape(path, signal);
  }

  /**
   * The files of an adapter, checked; a missing GGUF is made again and noted.
   *
   * @throws MemosError ADAPTER_INVALID.
   */
  async files(
    { id, scope, base: wanted, files }: Stored,
    signal?: AbortSignal,
  ): Promise<{ readonly paths: AdapterPaths; readonly sha256: string; readonly derived: boolean }> {
    const { ledger, folder, engine, readOnly } = this.#host;
    if (files === null) throw new MemosError("ADAPTER_INVALID", `Adapter ${id} has no files.`);
    const base = async () => {
      if (readOnly) throw new MemosError("ADAPTER_INVALID", `The GGUF of adapter ${id} is missing.`);
      const shape = await this.base(engine, signal);
      if (shape.sha256 === wanted) return shape;
      throw new MemosError("ADAPTER_INVALID", `Adapter ${id} is for another model than the one that runs.`);
    };
    const { paths, gguf } = await folder.checked(id, files, base, signal);
    if (gguf !== undefined) await ledger.saveGguf(id, scope, gguf);
    const { sha256 } = gguf ?? files.gguf;
    this.#given.set(id, { path: paths.gguf, peft: paths.peft, sha256, scale: 1 });
    return { paths, sha256, derived: gguf !== undefined };
  }

  /** The same, or undefined for one whose files are damaged or gone, or that is for another model. */
  async whole(adapter: Stored): Promise<Awaited<ReturnType<AdapterStock["files"]>> | undefined> {
    return this.files(adapter).catch((error: unknown) => {
      if (isMemosError(error, "ADAPTER_INVALID") || isMemosError(error, "UNSUPPORTED")) return undefined;
      throw error;
    });
  }

  /** Removes the files of adapters that are not to be kept; after a purge, before its receipt is given. */
  async sweep(): Promise<number> {
    const { ledger, folder, readOnly } = this.#host;
    if (readOnly) return 0;
    return folder.sweep(async () => {
      const known = await ledger.adapterFolders();
      const named = (states: readonly string[]) =>
        new Set(known.filter(({ state }) => states.includes(state)).map(({ id }) => id as string));
      // What has just been trained stands under its name before the ledger is told.
      const kept = { training: named(["training", "failed"]), ready: named(["training", "ready"]) };
      for (const [id, use] of this.#given) if (!kept.ready.has(id)) await this.#unload(id, use);
      return kept;
    });
  }

  /** Has a server that knows adapters by name forget one. It may be away: it is never asked for that name again. */
  async #unload(id: CubeId, use: AdapterUse): Promise<void> {
    const { engine, onError } = this.#host;
    this.#given.delete(id);
    await engine?.unloadAdapter?.(use).catch(onError);
  }
}

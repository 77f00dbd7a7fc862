import { constants, copyFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { MemosError } from "../../memcube/index.js";
import { sha256OfFile } from "../inference/gguf/index.js";
import type { AdapterFile, AdapterFiles } from "../store/adapterLedger.js";
import { type BaseShape, checkAdapter, readPeft, writeAdapterGguf } from "./files/index.js";

/** PEFT's names, and the derived file's: servers take the folder as it is. */
export const ADAPTER_NAMES = {
  weights: "adapter_model.safetensors",
  config: "adapter_config.json",
  gguf: "adapter.gguf",
} as const;

const TRAINING = "training";
const MADE = "made";

/** Where the files of an adapter are to be found, each checked. */
export interface AdapterPaths {
  readonly gguf: string;
  /** The folder with PEFT's two files. */
  readonly peft: string;
}

/**
 * Where adapters are kept, a folder each, named by the adapter, so that what one tenant takes back is in no other's
 * folder:
 *
 *     adapters/ID/adapter_model.safetensors   canonical; the ledger has its SHA-256
 *     adapters/ID/adapter_config.json
 *     adapters/ID/adapter.gguf                derived: made again when it is missing
 *     adapters/training/ID/…/                 what training works with
 */
export class AdapterFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  folderOf(id: string): string {
    return join(this.path, id);
  }

  /** A folder in which an adapter is trained: they go together. */
  async training(id: string, name: string): Promise<string> {
    const folder = join(this.path, TRAINING, id, name);
    // It holds memories: nobody else on the machine reads it.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /**
   * Takes over what training has left: checks it, derives the GGUF, and puts all three under the adapter's name at
   * once. What was there before is replaced; what training has left stays, so that this can be done again.
   *
   * @throws MemosError ADAPTER_INVALID.
   */
  async publish(
    id: string,
    trained: { readonly weights: string; readonly config: string },
    base: BaseShape,
    signal?: AbortSignal,
  ): Promise<AdapterFiles> {
    await rm(join(this.path, TRAINING, id, MADE), { recursive: true, force: true });
    const made = await this.training(id, MADE);
    for (const name of ["weights", "config"] as const) {
      await copyFile(trained[name], join(made, ADAPTER_NAMES[name]), constants.COPYFILE_FICLONE).catch(
        (cause: NodeJS.ErrnoException) => {
          if (cause.code === "ENOSPC") throw new MemosError("DISK_FULL", "The disk is full.", { cause });
          throw new MemosError("ADAPTER_INVALID", "Training left no adapter.", { cause });
        },
      );
      await flush(join(made, ADAPTER_NAMES[name]));
    }
    await derive(made, base, signal);
    const files = {
      weights: await fileAt(join(made, ADAPTER_NAMES.weights), signal),
      config: await fileAt(join(made, ADAPTER_NAMES.config), signal),
      gguf: await fileAt(join(made, ADAPTER_NAMES.gguf), signal),
    };
    const folder = this.folderOf(id);
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
    await flush(this.path);
    return files;
  }

  /**
   * The files of an adapter, as the ledger has them. A GGUF that is missing or is another file is made again.
   *
   * @param base asked for when the GGUF must be made.
   * @returns `gguf` where it was made again.
   * @throws MemosError ADAPTER_INVALID when PEFT's files are not there or are not those that were trained.
   */
  async checked(
    id: string,
    files: AdapterFiles,
    base: () => Promise<BaseShape>,
    signal?: AbortSignal,
  ): Promise<{ readonly paths: AdapterPaths; readonly gguf?: AdapterFile }> {
    const peft = this.folderOf(id);
    const paths = { peft, gguf: join(peft, ADAPTER_NAMES.gguf) };
    for (const name of ["weights", "config"] as const) {
      const found = await sha256OfFile(join(peft, ADAPTER_NAMES[name]), signal).catch(absent);
      if (found === files[name].sha256) continue;
      throw new MemosError(
        "ADAPTER_INVALID",
        found === undefined
          ? `The file ${ADAPTER_NAMES[name]} of adapter ${id} is not there.`
          : `The file ${ADAPTER_NAMES[name]} of adapter ${id} is another one than was trained.`,
      );
    }
    if ((await sha256OfFile(paths.gguf, signal).catch(absent)) === files.gguf.sha256) return { paths };
    await derive(peft, await base(), signal);
    return { paths, gguf: await fileAt(paths.gguf, signal) };
  }

  /**
   * Removes every folder that is not to be kept.
   *
   * @param kept asked once it is known which there are; `training` and `ready` name adapters.
   * @returns how many were removed.
   */
  async sweep(
    kept: () => Promise<{ readonly training: ReadonlySet<string>; readonly ready: ReadonlySet<string> }>,
  ): Promise<number> {
    const [names, trained] = await Promise.all(
      [this.path, join(this.path, TRAINING)].map((path) => readdir(path).catch(() => [])),
    );
    if (names === undefined || trained === undefined || names.length === 0) return 0;
    const { training, ready } = await kept();
    const over = [
      ...names.filter((name) => name !== TRAINING && !ready.has(name)),
      ...trained.filter((name) => !training.has(name)).map((name) => join(TRAINING, name)),
    ];
    for (const name of over) await rm(join(this.path, name), { recursive: true, force: true });
    return over.length;
  }
}

async function derive(folder: string, base: BaseShape, signal: AbortSignal | undefined): Promise<void> {
  const path = join(folder, ADAPTER_NAMES.gguf);
  await writeAdapterGguf(path, await readPeft(folder), base, "F32");
  await checkAdapter(path, base, {}, signal);
}

async function fileAt(path: string, signal: AbortSignal | undefined): Promise<AdapterFile> {
  const [sha256, { size: bytes }] = [await sha256OfFile(path, signal), await stat(path)];
  return { sha256, bytes };
}

/** Only a file that is not there has no hash. */
function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}

async function flush(path: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable by itself.
  const file = await open(path, "r").catch(() => undefined);
  await file?.sync().catch(() => undefined);
  await file?.close();
}

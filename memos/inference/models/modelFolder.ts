import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { isMemosError, MemosError, sha256Schema } from "../../../memcube/index.js";
import { isProcessAlive } from "../../processAlive.js";
import { type GgufModel, inspectGguf, sha256OfFile } from "../gguf/index.js";
import { CATALOGUE, type CatalogueEntry } from "./catalogue.js";
import { type DownloadOptions, download, partFile } from "./download.js";
import { modelSource } from "./modelSource.js";
import { READER } from "./reader.js";

/** Written beside a model that was fetched: what it was then. */
const recordSchema = z.object({ url: z.string(), sha256: sha256Schema, bytes: z.int().nonnegative() });

export interface FetchedModel {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What the bytes were compared with. */
  readonly checkedBy: "list" | "server" | "header";
  /** It was there already. */
  readonly found: boolean;
}

export interface ListedModel {
  /** Out of the catalogue; undefined for another file. */
  readonly name: string | undefined;
  readonly file: string;
  /** Where it lies, when it does. */
  readonly path: string | undefined;
  readonly bytes: number;
  readonly licence: string | undefined;
  readonly purpose: string | undefined;
}

export interface CheckedModel {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly architecture: string;
  readonly contextLength: number;
  /** Whether these are the bytes that were fetched; undefined for a file that was not. */
  readonly unchanged: boolean | undefined;
}

/** Models in a folder, by name. */
export class ModelFolder {
  readonly #folder: string;
  readonly #catalogue: readonly CatalogueEntry[];

  constructor(folder: string, catalogue: readonly CatalogueEntry[] = CATALOGUE) {
    this.#folder = folder;
    this.#catalogue = catalogue;
  }

  /**
   * The path of a model: a path as it is, a name looked up in the folder, `memos-reader` where the package is.
   *
   * @throws MemosError MODEL_INVALID for a name whose model is not there, with what to do.
   */
  async find(nameOrPath: string): Promise<string> {
    if (nameOrPath === READER.name) return READER.path;
    const entry = this.#catalogue.find(({ name }) => name === nameOrPath);
    if (entry === undefined) return nameOrPath;
    const path = join(this.#folder, modelSource(nameOrPath, this.#catalogue).file);
    if (await isThere(path)) return path;
    throw new MemosError(
      "MODEL_INVALID",
      `The model ${nameOrPath} is not here yet: \`memos models pull ${nameOrPath}\` fetches it.`,
    );
  }

  /**
   * Fetches a model, or finds it where it was fetched before. It appears in the folder when it is complete and was
   * checked: against the SHA-256 of the list, else of the server, else by its header alone.
   *
   * @param nameOrUrl a name out of the catalogue, or the address of a GGUF file.
   * @throws MemosError INVALID_INPUT for what is neither, MODEL_FAILED when it cannot be fetched, MODEL_INVALID when
   * other bytes came than should have, CONFLICT while another process fetches it, DISK_FULL, ABORTED.
   */
  async pull(nameOrUrl: string, options: DownloadOptions = {}): Promise<FetchedModel> {
    const source = modelSource(nameOrUrl, this.#catalogue);
    const path = join(this.#folder, source.file);
    const record = await readRecord(path);
    if (record !== undefined && (await lengthOf(path)) === record.bytes)
      return { path, ...record, checkedBy: source.sha256 === record.sha256 ? "list" : "header", found: true };
    await mkdir(this.#folder, { recursive: true });
    return await withLock(`${path}.lock`, async () => {
      const part = `${path}.part`;
      const { bytes, sha256: announced } = await download(source.url, part, options);
      const expected = source.sha256 ?? announced;
      try {
        await inspectGguf(part);
        const sha256 = await sha256OfFile(part, options.signal);
        if (expected !== null && sha256 !== expected)
          throw new MemosError(
            "MODEL_INVALID",
            `Other bytes came than should have: their SHA-256 is ${sha256} instead of ${expected}.`,
          );
        await rename(part, path);
        await writeFile(recordFile(path), JSON.stringify({ url: source.url, sha256, bytes }));
        await rm(partFile(part), { force: true });
        const checkedBy = source.sha256 !== null ? "list" : announced !== null ? "server" : "header";
        return { path, bytes, sha256, checkedBy, found: false };
      } catch (error) {
        // What is wrong does not become right by going on with it.
        if (isMemosError(error, "MODEL_INVALID"))
          await Promise.all([part, partFile(part)].map((name) => rm(name, { force: true })));
        throw error;
      }
    });
  }

  /** The model of the package, the catalogue, and other models that lie in the folder. */
  async list(): Promise<ListedModel[]> {
    const files = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith(".gguf"));
    const listed = await Promise.all(
      this.#catalogue.map(async ({ name, aboutBytes, licence, purpose }): Promise<ListedModel> => {
        const { file } = modelSource(name, this.#catalogue);
        const path = files.includes(file) ? join(this.#folder, file) : undefined;
        const bytes = path === undefined ? aboutBytes : await lengthOf(path);
        return { name, file, path, bytes, licence, purpose };
      }),
    );
    const others = files.filter((file) => !listed.some((entry) => entry.file === file)).sort();
    const { name, path, licence, purpose } = READER;
    return [
      { name, file: basename(path), path, bytes: await lengthOf(path), licence, purpose },
      ...listed,
      ...(await Promise.all(
        others.map(async (file) => ({
          name: undefined,
          file,
          path: join(this.#folder, file),
          bytes: await lengthOf(join(this.#folder, file)),
          licence: undefined,
          purpose: undefined,
        })),
      )),
    ];
  }

  /**
   * Looks at a model: its header, and every byte where it is known what they were.
   *
   * @throws MemosError MODEL_INVALID for a file that is no model or is not there.
   */
  async check(nameOrPath: string, signal?: AbortSignal): Promise<CheckedModel> {
    const path = await this.find(nameOrPath);
    let model: GgufModel;
    try {
      model = await inspectGguf(path);
    } catch (error) {
      if (isMemosError(error, "NOT_FOUND"))
        throw new MemosError("MODEL_INVALID", error.message, { cause: error });
      throw error;
    }
    const sha256 = await sha256OfFile(path, signal);
    const record = await readRecord(path);
    return {
      path,
      bytes: model.fileBytes,
      sha256,
      architecture: model.architecture,
      contextLength: model.contextLength,
      unchanged: record === undefined ? undefined : record.sha256 === sha256,
    };
  }
}

function recordFile(path: string): string {
  return `${path}.json`;
}

async function readRecord(path: string): Promise<z.infer<typeof recordSchema> | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(recordFile(path), "utf8")));
  } catch {
    return undefined;
  }
}

/** Two processes that append to one part would ruin it. The lock of a process that is gone is none. */
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let again = true; ; again = false) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const owner = Number(await readFile(path, "utf8").catch(() => "0"));
      if (!again || isProcessAlive(owner))
        throw new MemosError("CONFLICT", `${basename(path, ".lock")} is being fetched by another process.`);
      await rm(path, { force: true });
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function lengthOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => -1,
  );
}

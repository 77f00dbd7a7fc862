import { MemosError } from "../../../memcube/index.js";
import { CATALOGUE, type CatalogueEntry } from "./catalogue.js";

/** Where a model comes from and what it will be called. */
export interface ModelSource {
  readonly url: string;
  /** Name of the file in the folder of models. */
  readonly file: string;
  readonly sha256: string | null;
}

/** A file name that is nothing else in any file system. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.gguf$/;

/**
 * @param nameOrUrl a name out of the catalogue, or the address of a GGUF file.
 * @throws MemosError INVALID_INPUT for neither.
 */
export function modelSource(
  nameOrUrl: string,
  catalogue: readonly CatalogueEntry[] = CATALOGUE,
): ModelSource {
  const entry = catalogue.find(({ name }) => name === nameOrUrl);
  const url = entry?.url ?? nameOrUrl;
  if (!URL.canParse(url) || !["http:", "https:"].includes(new URL(url).protocol))
    throw new MemosError(
      "INVALID_INPUT",
      `There is no model ${nameOrUrl}: name one of ${catalogue.map(({ name }) => name).join(", ")}, or the address of a GGUF file.`,
      { path: "model" },
    );
  const file = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
  if (!FILE_NAME.test(file))
    throw new MemosError("INVALID_INPUT", `The address ${url} does not end with the name of a GGUF file.`, {
      path: "model",
    });
  return { url, file, sha256: entry?.sha256 ?? null };
}

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the build leaves the viewer: beside the compiled sources. */
export const VIEWER_FOLDER = fileURLToPath(new URL("../../viewer/", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** A built file in every encoding that it can be sent in. */
export interface BuiltFile {
  readonly type: string;
  readonly etag: string;
  readonly encodings: Readonly<Record<"identity" | "gzip" | "br", Buffer>>;
}

async function read(folder: string, name: string): Promise<BuiltFile> {
  const path = join(folder, name);
  const [identity, gzip, br] = await Promise.all(
    [path, `${path}.gz`, `${path}.br`].map((file) => readFile(file)),
  );
  return {
    type: TYPES[extname(name)] as string,
    etag: `"${createHash("sha256")
      .update(identity as Buffer)
      .digest("base64url")
      .slice(0, 22)}"`,
    encodings: { identity, gzip, br } as BuiltFile["encodings"],
  };
}

/** The built files by their path from the folder, as `assets/index-4f2a.js`; empty where nothing was built. */
export async function builtFiles(folder: string): Promise<ReadonlyMap<string, BuiltFile>> {
  const found = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const names = found.map((name) => name.replaceAll("\\", "/")).filter((name) => extname(name) in TYPES);
  return new Map(await Promise.all(names.map(async (name) => [name, await read(folder, name)] as const)));
}

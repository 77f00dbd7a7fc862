import { randomUUID } from "node:crypto";
import { constants, copyFile, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { MemosError } from "../../../../memcube/index.js";
import { MCP_LIMITS } from "../limits.js";
import type { HostConfiguration } from "./hosts.js";

/** How a host starts the server. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Installed {
  readonly file: string;
  /** `unchanged` when the host starts it so already. */
  readonly change: "added" | "replaced" | "unchanged";
  /** The configuration as it was. */
  readonly backup?: string;
  /** The entry as it is now, or would be. */
  readonly entry: Readonly<Record<string, unknown>>;
}

const objectSchema = z.record(z.string(), z.unknown());

/** Only its owner reads a configuration that is new: hosts keep keys in it. */
const PRIVATE = 0o600;

/**
 * Puts a server into the configuration of a host. Everything else in it stays, also what our own entry has beside
 * the command; the file as it was is kept beside it. It is replaced at once, or not at all.
 *
 * @throws MemosError INVALID_INPUT for a configuration that is not JSON of the right shape; it is not touched.
 */
export async function install(
  name: string,
  server: ServerCommand,
  { file, field, fixed, title }: HostConfiguration,
  { dryRun, now }: { readonly dryRun: boolean; readonly now: Date },
): Promise<Installed> {
  // Settings that are kept elsewhere are linked to; the link stays one.
  const target = await realpath(file).catch(() => file);
  const text = await textIn(target, title);
  const configuration = text === undefined || text.trim() === "" ? {} : parsed(text, target, title);
  const servers = configuration[field] === undefined ? {} : objectIn(configuration[field], field, target);
  const own = Object.hasOwn(servers, name) ? servers[name] : undefined;
  const before = own === undefined ? {} : objectIn(own, `${field}.${name}`, target);
  const entry = { ...before, ...fixed, command: server.command, args: [...server.args] };
  if (isDeepStrictEqual(entry, before)) return { file: target, change: "unchanged", entry };
  const change = own === undefined ? "added" : "replaced";
  if (dryRun) return { file: target, change, entry };
  const made = { ...configuration, [field]: { ...servers, [name]: entry } };
  const backup = text === undefined ? undefined : await backUp(target, now);
  await replace(target, `${JSON.stringify(made, null, indentIn(text))}\n`);
  return { file: target, change, ...(backup === undefined ? {} : { backup }), entry };
}

async function textIn(file: string, title: string): Promise<string | undefined> {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw new MemosError("INVALID_INPUT", `cannot read ${file}: ${cause.message}`, { cause });
  });
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    if (size > MCP_LIMITS.configurationBytes)
      throw new MemosError("INVALID_INPUT", `${file} is too large for a configuration of ${title}.`);
    return (await handle.readFile("utf8")).replace(/^\ufeff/, "");
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new MemosError("INVALID_INPUT", `cannot read ${file}: ${cause.message}`, { cause });
  } finally {
    await handle.close();
  }
}

function parsed(text: string, file: string, title: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MemosError(
      "INVALID_INPUT",
      `${file} is not valid JSON, so nothing was changed: correct it (${title} may allow comments, which would be lost), or add what --dry-run shows by hand.`,
    );
  }
  return objectIn(value, "the whole", file);
}

function objectIn(value: unknown, what: string, file: string): Record<string, unknown> {
  const { data } = objectSchema.safeParse(value);
  if (data === undefined)
    throw new MemosError("INVALID_INPUT", `${what} in ${file} is no JSON object, so nothing was changed.`);
  return data;
}

/** As the file is indented; two spaces where that cannot be told. */
function indentIn(text: string | undefined): string {
  return /^[{[]\r?\n([ \t]+)/.exec(text?.trimStart() ?? "")?.[1] ?? "  ";
}

async function backUp(file: string, now: Date): Promise<string> {
  const backup = `${file}.before-memos-${now.toISOString().replace(/[:.]/g, "-")}`;
  await copyFile(file, backup, constants.COPYFILE_EXCL).catch((cause: Error) => {
    throw new MemosError("INVALID_INPUT", `cannot keep a copy of ${file}: ${cause.message}`, { cause });
  });
  return backup;
}

async function replace(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.partial`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const mode = await stat(file).then(
      ({ mode: kept }) => kept & 0o777,
      () => PRIVATE,
    );
    const handle = await open(temporary, "wx", mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new MemosError("INVALID_INPUT", `cannot write ${file}: ${cause.message}`, { cause });
  }
}

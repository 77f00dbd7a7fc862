import { open, readFile, rm, stat, writeFile } from "node:fs/promises";
import * as z from "zod";
import { MemosError, sha256Schema } from "../../../memcube/index.js";
import { throwIfAborted } from "../../aborted.js";

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that are there, and that there will be; undefined when the server does not say. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /** Time without a byte after which a connection counts as broken. */
  readonly stallMs?: number;
}

export interface Downloaded {
  readonly bytes: number;
  /** That the server sent along. */
  readonly sha256: string | null;
}

const STALL_MS = 60_000;

/** Broken connections in a row after which it is given up, if they did not bring this many bytes together. */
const ATTEMPTS = 3;
const PROGRESS_BYTES = 1024 * 1024;

const REDIRECTS = 5;

const CONTENT_RANGE = /^bytes (\d+)-\d+\/(\d+)$/;

/** What is known about a part that lies on disk: it goes on only where the server still has the same file. */
const partSchema = z.object({
  url: z.string(),
  etag: z.string().nullable(),
  total: z.int().nonnegative().nullable(),
  sha256: sha256Schema.nullable(),
});

type Part = z.infer<typeof partSchema>;

/** A failure after which another attempt may succeed. */
class Interrupted extends Error {}

/**
 * Fetches a file into `path`, going on where an earlier attempt stopped if the server can and still has the same
 * file; otherwise from the beginning. A broken connection is taken up again as long as bytes come.
 *
 * @throws MemosError MODEL_FAILED when the server cannot be reached or breaks off; what came is kept. INVALID_INPUT
 * when it does not have the file; DISK_FULL; ABORTED.
 */
export async function download(
  url: string,
  path: string,
  options: DownloadOptions = {},
): Promise<Downloaded> {
  let left = ATTEMPTS;
  for (let before = await lengthOf(path); ; ) {
    try {
      return await attempt(url, path, options);
    } catch (error) {
      throwIfAborted(options.signal);
      if ((error as NodeJS.ErrnoException).code === "ENOSPC")
        throw new MemosError("DISK_FULL", "The disk is full.", { cause: error });
      if (!(error instanceof Interrupted)) throw error;
      const now = await lengthOf(path);
      left--;
      if (now - before >= PROGRESS_BYTES) {
        left = ATTEMPTS;
        before = now;
      }
      if (left > 0) continue;
      throw new MemosError(
        "MODEL_FAILED",
        `The model cannot be fetched from ${new URL(url).host}${reasonOf(error)}. What came is kept; the next attempt goes on there.`,
        { cause: error },
      );
    }
  }
}

async function attempt(url: string, path: string, options: DownloadOptions): Promise<Downloaded> {
  const { signal, onProgress, stallMs = STALL_MS } = options;
  throwIfAborted(signal);
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), stallMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(), stallMs);
  };
  try {
    const known = await readPart(path, url);
    const start = known === undefined ? 0 : await lengthOf(path);
    const combined = AbortSignal.any([stall.signal, ...(signal === undefined ? [] : [signal])]);
    const { response, sha256 } = await request(url, start, known, combined);
    if (response.status === 416 && known !== undefined && start === known.total) {
      await response.body?.cancel();
      return { bytes: start, sha256: known.sha256 };
    }
    const range = CONTENT_RANGE.exec(response.headers.get("content-range") ?? "");
    const total = totalOf(response, range);
    const goesOn = response.status === 206 && range?.[1] === String(start) && total === known?.total;
    if (response.status === 416 || (response.status === 206 && !goesOn)) {
      // What lies here is not the beginning of what the server has.
      await response.body?.cancel();
      await rm(partFile(path), { force: true });
      throw new Interrupted("The server has another file now.");
    }
    const etag = response.headers.get("etag");
    const part: Part = goesOn && known !== undefined ? known : { url, etag, total: total ?? null, sha256 };
    await writeFile(partFile(path), JSON.stringify(part));
    const file = await open(path, goesOn ? "a" : "w");
    let done = goesOn ? start : 0;
    try {
      onProgress?.(done, total);
      for await (const chunk of bodyOf(response)) {
        alive();
        await file.writeFile(chunk);
        done += chunk.byteLength;
        onProgress?.(done, total);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (total !== undefined && done !== total) throw new Interrupted("The connection ended too early.");
    return { bytes: done, sha256: part.sha256 };
  } finally {
    clearTimeout(timer);
  }
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new Interrupted("The connection broke off.", { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The answer to the last of the redirections, and the SHA-256 that one of them told (Hugging Face does). */
async function request(
  url: string,
  start: number,
  known: Part | undefined,
  signal: AbortSignal,
): Promise<{ response: Response; sha256: string | null }> {
  const ranged = start > 0 && known?.etag != null;
  const headers = {
    "accept-encoding": "identity",
    ...(ranged ? { range: `bytes=${start}-`, "if-range": known.etag ?? "" } : {}),
  };
  let sha256: string | null = null;
  let address = url;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(address, { headers, signal, redirect: "manual" }).catch((cause: unknown) => {
      throw new Interrupted("The connection failed.", { cause });
    });
    sha256 ??= /[0-9a-f]{64}/.exec(response.headers.get("x-linked-etag") ?? "")?.[0] ?? null;
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) {
      if (response.ok || response.status === 416) return { response, sha256 };
      await response.body?.cancel();
      throw refusal(url, response.status);
    }
    await response.body?.cancel();
    const next = new URL(location, address);
    if (redirects === REDIRECTS || (url.startsWith("https:") && next.protocol !== "https:"))
      throw new MemosError("INVALID_INPUT", `The address ${url} leads elsewhere than it should.`, {
        path: "model",
      });
    address = next.href;
  }
}

function refusal(url: string, status: number): Error {
  if (status >= 500 || status === 429 || status === 408)
    return new Interrupted(`The server answered with status ${status}.`);
  const why =
    status === 401 || status === 403 ? "does not give it to everybody" : "does not have it at this address";
  return new MemosError(
    "INVALID_INPUT",
    `The model cannot be fetched: ${new URL(url).host} ${why} (status ${status}).`,
    { path: "model" },
  );
}

function totalOf(response: Response, range: RegExpExecArray | null): number | undefined {
  if (range?.[2] !== undefined) return Number(range[2]);
  const length = response.headers.get("content-length");
  return length === null ? undefined : Number(length);
}

/** Beside the part: what it is a part of. */
export function partFile(path: string): string {
  return `${path}.json`;
}

async function readPart(path: string, url: string): Promise<Part | undefined> {
  try {
    const part = partSchema.parse(JSON.parse(await readFile(partFile(path), "utf8")));
    return part.url === url ? part : undefined;
  } catch {
    return undefined;
  }
}

async function lengthOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The code of the system error behind it all (`ENOTFOUND`). */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause)
    if ("code" in at && typeof at.code === "string" && /^[A-Z_]+$/.test(at.code)) return ` (${at.code})`;
  return error instanceof Error ? ` (${error.message.replace(/\.$/, "")})` : "";
}

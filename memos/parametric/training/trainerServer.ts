import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import { serverURLSchema } from "../../inference/modelServer.js";
import { parse } from "../../parse.js";
import { cancelled } from "./trainerProcess.js";

/** Bytes of an answer that is no artefact. */
const ANSWER_BYTES = 64 * 1024;

/** Time until the head of an answer is there; sending a base model takes longer and has none. */
const ANSWER_MS = 60_000;

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export interface RemoteTrainerOptions {
  /** Address of `memos_trainer serve`: https, or this machine. */
  readonly url: string;
  readonly apiKey: string;
  /** Allows http to another machine: the key and the memories go over the network as they are. */
  readonly allowInsecure?: boolean | undefined;
}

const optionsSchema = z
  .strictObject({
    url: serverURLSchema,
    apiKey: z.string().regex(/^[\x21-\x7e]{16,512}$/, "must be 16 to 512 visible ASCII characters"),
    allowInsecure: z.boolean().optional(),
  })
  .refine(
    ({ url, allowInsecure }) =>
      allowInsecure === true || url.startsWith("https:") || LOOPBACK.has(new URL(url).hostname),
    { path: ["url"], message: "must be https: what is learned would go over the network as it is" },
  );

/** The connection failed or the server is ill: another attempt may succeed. */
export class Interrupted extends Error {}

export interface ServerRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** After the address of the server, as `/v1/health`. */
  readonly path: string;
  readonly body?: { readonly stream: ReadableStream<Uint8Array>; readonly bytes: number };
  readonly signal?: AbortSignal | undefined;
  /** Aborts when nothing has come or gone for long, also of the bodies. */
  readonly stall?: AbortSignal;
  /** Statuses that are answers and not refusals. */
  readonly accept: readonly number[];
}

/** A trainer's server. Nothing that it throws quotes the key. */
export class TrainerServer {
  /** Names it in sentences: `trainer at host:port`. */
  readonly name: string;
  readonly #base: string;
  readonly #apiKey: string;

  /** @throws MemosError INVALID_INPUT. */
  constructor(options: RemoteTrainerOptions) {
    const { url, apiKey } = parse(optionsSchema, options);
    this.#base = url.replace(/\/+$/, "");
    this.#apiKey = apiKey;
    this.name = `trainer at ${new URL(url).host}`;
  }

  /**
   * The head of an answer; its body is the caller's to read or cancel.
   *
   * @throws Interrupted when the connection fails or the server is ill; MemosError TRAINER_UNAVAILABLE when it does
   * not take the key, the address or more jobs, TRAINING_FAILED for every other refusal, ABORTED.
   */
  async request({ method, path, body, signal, stall, accept }: ServerRequest): Promise<Response> {
    const late = new AbortController();
    const timer = body === undefined ? setTimeout(() => late.abort(), ANSWER_MS) : undefined;
    try {
      const response = await fetch(this.#base + path, {
        method,
        redirect: "error",
        headers: {
          authorization: `Bearer ${this.#apiKey}`,
          ...(body === undefined ? {} : { "content-length": String(body.bytes) }),
        },
        ...(body === undefined ? {} : { body: body.stream, duplex: "half" }),
        signal: AbortSignal.any([late.signal, signal, stall].filter((each) => each !== undefined)),
      });
      if (accept.includes(response.status)) return response;
      throw await this.#refusal(response);
    } catch (error) {
      if (signal?.aborted) throw cancelled(signal);
      if (error instanceof MemosError || error instanceof Interrupted) throw error;
      throw new Interrupted(`The connection to the ${this.name} failed${reasonOf(error)}.`);
    } finally {
      clearTimeout(timer);
    }
  }

  async #refusal(response: Response): Promise<Error> {
    const { status } = response;
    const text = await boundedText(response).catch(() => "");
    if (status >= 500) return new Interrupted(`The ${this.name} answered with status ${status}.`);
    const said = refusalSchema.safeParse(jsonOf(text));
    const why = said.success ? said.data.error.message : `It answered with status ${status}.`;
    const unavailable = status === 401 || status === 403 || status === 404 || status === 429;
    return new MemosError(
      unavailable ? "TRAINER_UNAVAILABLE" : "TRAINING_FAILED",
      `The ${this.name} refused: ${why}`,
    );
  }
}

/** The body of an answer that is small. */
async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of bodyOf(response)) {
    bytes += piece.byteLength;
    if (bytes > ANSWER_BYTES) throw new Interrupted("The answer is too long.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

/**
 * The pieces of a body; what is left of it is cancelled when the reader stops.
 *
 * @throws Interrupted when the connection breaks off.
 */
export async function* bodyOf(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    while (true) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw new Interrupted(`The connection to the trainer broke off${reasonOf(error)}.`);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The code of the system error behind it all (`ECONNREFUSED`), which is safe to tell. */
function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause)
    if ("code" in at && typeof at.code === "string" && /^[A-Z_]+$/.test(at.code)) return ` (${at.code})`;
  return "";
}

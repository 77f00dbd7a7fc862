import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Condition, ConditionFailed, QuotaFull, S3Objects, type StoredObject } from "./s3Objects.js";
import { type S3Credentials, signatureFault } from "./s3Signature.js";

/** What a request is about, for whoever decides whether it is to fail. */
export interface S3Request {
  readonly method: string;
  readonly key: string;
  /** Names of the query: `list-type`, `uploads`, `partNumber`, … */
  readonly query: readonly string[];
  /** How many requests came before this one. */
  readonly number: number;
}

/**
 * `refuse` answers with an error of S3, `drop` ends the connection without an answer, `stall` sends the head and the
 * first byte of the answer and then nothing more.
 */
export type S3Fault =
  | { readonly kind: "refuse"; readonly status: number; readonly code: string }
  | { readonly kind: "drop" }
  | { readonly kind: "stall" };

export interface S3ServerOptions {
  /** Where the bytes are kept. */
  readonly folder: string;
  readonly bucket: string;
  readonly credentials: S3Credentials;
}

class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/**
 * Amazon S3 as far as a store needs it, for one bucket, in this process: objects with ranges and conditions, lists,
 * uploads in parts, copies, signatures that are checked. What goes wrong can be arranged.
 */
export class S3Server {
  /** Says which requests fail, and how. */
  fault: (request: S3Request) => S3Fault | undefined = () => undefined;
  /** Called after a request has had its effect, before it is answered. */
  done: (request: S3Request) => unknown = () => undefined;
  /** Whether `If-None-Match` and `If-Match` of a PUT are looked at; some stores overlook them. */
  conditional = true;
  readonly objects: S3Objects;
  readonly #options: S3ServerOptions;
  readonly #server: Server;
  #ahead = 0;
  #requests = 0;

  private constructor(options: S3ServerOptions) {
    this.#options = options;
    this.objects = new S3Objects(options.folder, () => this.now());
    this.#server = createServer((request, response) => void this.#answer(request, response));
    // Clients keep connections for longer than Node's five seconds, and take their end for a failure.
    this.#server.keepAliveTimeout = 120_000;
  }

  /** Starts on a free port of this machine, or on the one that is named. */
  static async start(options: S3ServerOptions, port = 0): Promise<S3Server> {
    const server = new S3Server(options);
    server.#server.listen(port, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get requests(): number {
    return this.#requests;
  }

  /** The clock that dates objects. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Lets the clock that dates objects go ahead; signatures are checked against the real time. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away meanwhile is nobody's failure.
    response.on("error", () => undefined);
    const url = new URL(incoming.url ?? "/", "http://store");
    const [, bucket = "", ...rest] = url.pathname.split("/");
    const request: S3Request = {
      method: incoming.method ?? "GET",
      key: rest.map(decodeURIComponent).join("/"),
      query: [...url.searchParams.keys()],
      number: this.#requests++,
    };
    try {
      const body = await bodyOf(incoming);
      const fault = this.fault(request);
      if (fault?.kind === "drop") {
        incoming.socket.destroy();
        return;
      }
      if (fault?.kind === "refuse") throw new S3Refusal(fault.status, fault.code);
      const { method } = request;
      const unsigned = signatureFault(
        { method, url, headers: incoming.headers },
        this.#options.credentials,
        Date.now(),
      );
      if (unsigned !== undefined) throw new S3Refusal(403, unsigned);
      if (bucket !== this.#options.bucket) throw new S3Refusal(404, "NoSuchBucket");
      const reply = await this.#act(request, url.searchParams, incoming, body);
      await this.done(request);
      this.#send(response, method, reply, fault?.kind === "stall");
    } catch (error) {
      if (response.headersSent || response.destroyed) return;
      const { status, code } = refusalOf(error);
      const xml = `<Error><Code>${code}</Code><Message>${code}</Message><Key>${escaped(request.key)}</Key></Error>`;
      this.#send(response, request.method, { status, xml }, false);
    }
  }

  #send(response: ServerResponse, method: string, reply: Reply, stall: boolean): void {
    const body = reply.xml === undefined ? (reply.body ?? Buffer.alloc(0)) : Buffer.from(XML + reply.xml);
    response.writeHead(reply.status, {
      "x-amz-request-id": randomUUID(),
      ...(reply.xml === undefined ? {} : { "content-type": "application/xml" }),
      "content-length": reply.status === 204 ? 0 : (reply.length ?? body.length),
      ...reply.headers,
    });
    if (method === "HEAD" || reply.status === 204) response.end();
    else if (stall) response.write(body.subarray(0, 1));
    else response.end(body);
  }

  async #act(
    request: S3Request,
    query: URLSearchParams,
    { headers }: IncomingMessage,
    body: Buffer,
  ): Promise<Reply> {
    const { method, key } = request;
    const upload = query.get("uploadId");
    const condition: Condition = this.conditional
      ? { ifMatch: headers["if-match"], ifNoneMatch: headers["if-none-match"] }
      : {};
    if (key === "") return this.#onBucket(method, query, body);
    if (upload !== null || query.has("uploads")) return this.#onUpload(request, query, condition, body);
    if (method === "PUT") {
      const source = headers["x-amz-copy-source"];
      if (source === undefined) {
        const { etag } = await this.objects.put(key, body, condition);
        return { status: 200, headers: { etag } };
      }
      const from = this.#existing(
        decodeURIComponent(String(source)).split("/").slice(bucketParts(source)).join("/"),
      );
      const copy = await this.objects.put(key, await this.objects.read(from), condition);
      return {
        status: 200,
        xml: `<CopyObjectResult><ETag>${escaped(copy.etag)}</ETag><LastModified>${iso(copy.modified)}</LastModified></CopyObjectResult>`,
      };
    }
    if (method === "DELETE") {
      await this.objects.remove(key);
      return { status: 204 };
    }
    if (method !== "GET" && method !== "HEAD") throw new S3Refusal(405, "MethodNotAllowed");
    const object = this.#existing(key);
    if (headers["if-match"] !== undefined && headers["if-match"] !== object.etag)
      throw new S3Refusal(412, "PreconditionFailed");
    return this.#contents(object, method, headers.range);
  }

  async #contents(object: StoredObject, method: string, range: string | undefined): Promise<Reply> {
    const headers = {
      etag: object.etag,
      "last-modified": new Date(object.modified).toUTCString(),
      "accept-ranges": "bytes",
    };
    if (method === "HEAD") return { status: 200, headers, length: object.bytes };
    const read = (start: number, end: number) =>
      this.objects.read(object, start, end).catch(() => {
        // Removed since it was looked up.
        throw new S3Refusal(404, "NoSuchKey");
      });
    const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
    const { bytes } = object;
    if (match === null) return { status: 200, headers, body: await read(0, bytes) };
    const [, first = "", last = ""] = match;
    const start = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
    const end = first === "" || last === "" ? bytes - 1 : Math.min(bytes - 1, Number(last));
    if (start > end) throw new S3Refusal(416, "InvalidRange");
    return {
      status: 206,
      headers: { ...headers, "content-range": `bytes ${start}-${end}/${bytes}` },
      body: await read(start, end + 1),
    };
  }

  async #onUpload(
    { method, key }: S3Request,
    query: URLSearchParams,
    condition: Condition,
    body: Buffer,
  ): Promise<Reply> {
    const { bucket } = this.#options;
    if (method === "POST" && query.has("uploads")) {
      const { id } = this.objects.begin(key);
      return {
        status: 200,
        xml: `<InitiateMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${escaped(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      };
    }
    const upload = this.objects.upload(query.get("uploadId") ?? "");
    if (upload?.key !== key) throw new S3Refusal(404, "NoSuchUpload");
    if (method === "PUT") {
      const { etag } = await this.objects.part(upload, Number(query.get("partNumber")), body);
      return { status: 200, headers: { etag } };
    }
    if (method === "DELETE") {
      await this.objects.abort(upload);
      return { status: 204 };
    }
    const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map((part) =>
      Number(part[1]),
    );
    if (numbers.length === 0 || numbers.some((number) => !upload.parts.has(number)))
      throw new S3Refusal(400, "InvalidPart");
    const { etag } = await this.objects.complete(upload, numbers, condition);
    return {
      status: 200,
      xml: `<CompleteMultipartUploadResult><Bucket>${bucket}</Bucket><Key>${escaped(key)}</Key><ETag>${escaped(etag)}</ETag></CompleteMultipartUploadResult>`,
    };
  }

  async #onBucket(method: string, query: URLSearchParams, body: Buffer): Promise<Reply> {
    if (method === "HEAD") return { status: 200 };
    if (method === "POST" && query.has("delete")) {
      const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) =>
        unescaped(match[1] ?? ""),
      );
      for (const key of keys) await this.objects.remove(key);
      const deleted = keys.map((key) => `<Deleted><Key>${escaped(key)}</Key></Deleted>`).join("");
      return { status: 200, xml: `<DeleteResult>${deleted}</DeleteResult>` };
    }
    if (method !== "GET") throw new S3Refusal(405, "MethodNotAllowed");
    if (query.has("uploads")) {
      const open = this.objects.uploads(query.get("prefix") ?? "");
      const uploads = open
        .map(
          ({ id, key, begun }) =>
            `<Upload><Key>${escaped(key)}</Key><UploadId>${id}</UploadId><Initiated>${iso(begun)}</Initiated></Upload>`,
        )
        .join("");
      return {
        status: 200,
        xml: `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${uploads}</ListMultipartUploadsResult>`,
      };
    }
    return { status: 200, xml: this.#listing(query) };
  }

  #listing(query: URLSearchParams): string {
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter") ?? "";
    const most = Number(query.get("max-keys") ?? 1_000);
    const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
    const entries = new Map<string, string>();
    let more = false;
    for (const object of this.objects.list(prefix)) {
      const cut = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
      const name = cut === -1 ? object.key : object.key.slice(0, cut + delimiter.length);
      if (name <= after || entries.has(name)) continue;
      if (entries.size === most) {
        more = true;
        break;
      }
      entries.set(
        name,
        cut === -1
          ? `<Contents><Key>${escaped(name)}</Key><LastModified>${iso(object.modified)}</LastModified><ETag>${escaped(object.etag)}</ETag><Size>${object.bytes}</Size></Contents>`
          : `<CommonPrefixes><Prefix>${escaped(name)}</Prefix></CommonPrefixes>`,
      );
    }
    const last = [...entries.keys()].at(-1) ?? "";
    const next = more ? `<NextContinuationToken>${escaped(last)}</NextContinuationToken>` : "";
    return `<ListBucketResult><Name>${this.#options.bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${entries.size}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${more}</IsTruncated>${next}${[...entries.values()].join("")}</ListBucketResult>`;
  }

  #existing(key: string): StoredObject {
    const object = this.objects.get(key);
    if (object === undefined) throw new S3Refusal(404, "NoSuchKey");
    return object;
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>';

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly xml?: string;
  /** What `Content-Length` says, where it is not the length of the body. */
  readonly length?: number;
}

function refusalOf(error: unknown): { status: number; code: string } {
  if (error instanceof S3Refusal) return error;
  if (error instanceof ConditionFailed) return { status: 412, code: "PreconditionFailed" };
  if (error instanceof QuotaFull) return { status: 507, code: "InsufficientStorage" };
  return { status: 500, code: "InternalError" };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The source of a copy begins with the bucket, and may begin with a slash. */
function bucketParts(source: string | string[]): number {
  return String(source).startsWith("/") ? 2 : 1;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
}

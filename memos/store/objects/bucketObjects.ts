import { setTimeout as wait } from "node:timers/promises";
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import { MemosError } from "../../../memcube/index.js";
import { objectFailure } from "./failures.js";
import { OBJECT_LIMITS } from "./limits.js";
import type { ObjectSettings } from "./settings.js";

export interface StoredObject {
  /** Below the prefix of the store. */
  readonly key: string;
  readonly bytes: number;
  /** By the clock of the store of objects. */
  readonly modified: number;
}

type Library = typeof import("@aws-sdk/client-s3");

interface Client {
  readonly library: Library;
  readonly s3: S3Client;
}

/**
 * The objects of one store: a bucket, or what is below a prefix in it. A request that fails is made again, later each
 * time; one that is refused for good is not. Every method throws OBJECTS_UNAVAILABLE, OBJECTS_REFUSED or DISK_FULL.
 */
export class BucketObjects {
  /** What errors call it. */
  readonly place: string;
  /** `s3://BUCKET/PREFIX/`, with a slash at the end. */
  readonly url: string;
  readonly #settings: ObjectSettings;
  readonly #limit = pLimit(OBJECT_LIMITS.requestsAtOnce);
  #client: Promise<Client> | undefined;

  constructor(settings: ObjectSettings) {
    this.#settings = settings;
    const { bucket, prefix, endpoint } = settings;
    this.url = `s3://${bucket}/${prefix}`;
    this.place = `The bucket ${this.url}${endpoint === undefined ? "" : ` at ${new URL(endpoint).host}`}`;
  }

  /** All of an object, or a part of it. */
  async get(key: string, part?: { start: number; bytes: number }): Promise<Uint8Array | undefined> {
    const range = part === undefined ? {} : { Range: `bytes=${part.start}-${part.start + part.bytes - 1}` };
    return this.#unlessMissing(({ library, s3 }, signal) =>
      s3
        .send(new library.GetObjectCommand({ ...this.#named(key), ...range }), { abortSignal: signal })
        // Bytes that come too slowly are cut off as well: the time limit is for all of them.
        .then(({ Body }) =>
          cutOff(Body?.transformToByteArray() ?? Promise.resolve(new Uint8Array()), signal),
        ),
    );
  }

  async head(key: string): Promise<StoredObject | undefined> {
    const found = await this.#unlessMissing<HeadObjectCommandOutput>(({ library, s3 }, signal) =>
      s3.send(new library.HeadObjectCommand(this.#named(key)), { abortSignal: signal }),
    );
    if (found === undefined) return undefined;
    return { key, bytes: found.ContentLength ?? 0, modified: found.LastModified?.getTime() ?? 0 };
  }

  /**
   * @returns false when there was an object under this name and `ifAbsent` was said.
   * @throws MemosError TOO_LARGE.
   */
  async put(key: string, bytes: Uint8Array, { ifAbsent = false } = {}): Promise<boolean> {
    if (bytes.byteLength > OBJECT_LIMITS.objectBytes)
      throw new MemosError("TOO_LARGE", "A blob in a bucket has at most 5 GiB.");
    const written = await this.#unless([409, 412], ({ library, s3 }, signal) =>
      s3.send(
        new library.PutObjectCommand({
          ...this.#named(key),
          Body: bytes,
          ...(ifAbsent ? { IfNoneMatch: "*" } : {}),
        }),
        { abortSignal: signal },
      ),
    );
    return written !== undefined;
  }

  /** @returns false when there is nothing to copy. */
  async copy(from: string, to: string): Promise<boolean> {
    const { bucket, prefix } = this.#settings;
    const CopySource = `${bucket}/${prefix}${from}`.split("/").map(encodeURIComponent).join("/");
    const copied = await this.#unlessMissing(({ library, s3 }, signal) =>
      s3.send(new library.CopyObjectCommand({ ...this.#named(to), CopySource }), { abortSignal: signal }),
    );
    return copied !== undefined;
  }

  async remove(keys: readonly string[]): Promise<void> {
    // One by one: not every store takes many in one request.
    await Promise.all(
      keys.map((key) =>
        this.#limit(() =>
          this.#unlessMissing(({ library, s3 }, signal) =>
            s3.send(new library.DeleteObjectCommand(this.#named(key)), { abortSignal: signal }),
          ),
        ),
      ),
    );
  }

  /** Everything below a folder of the store. */
  async *list(folder: string): AsyncGenerator<StoredObject> {
    const { bucket, prefix } = this.#settings;
    for (let token: string | undefined; ; ) {
      const page = await this.#send(({ library, s3 }, signal) =>
        s3.send(
          new library.ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix + folder,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          { abortSignal: signal },
        ),
      );
      for (const { Key = "", Size = 0, LastModified } of page.Contents ?? [])
        yield { key: Key.slice(prefix.length), bytes: Size, modified: LastModified?.getTime() ?? 0 };
      token = page.NextContinuationToken;
      if (token === undefined) return;
    }
  }

  /** Gives up uploads in parts that were begun before an instant and never finished. @returns how many. */
  async abandonUploads(before: number): Promise<number> {
    const { bucket, prefix } = this.#settings;
    const { Uploads = [] } = await this.#send(({ library, s3 }, signal) =>
      s3.send(new library.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }), {
        abortSignal: signal,
      }),
    );
    const old = Uploads.filter(
      ({ Initiated }) => (Initiated?.getTime() ?? Number.POSITIVE_INFINITY) < before,
    );
    for (const { Key, UploadId } of old)
      await this.#unlessMissing(({ library, s3 }, signal) =>
        s3.send(new library.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }), {
          abortSignal: signal,
        }),
      );
    return old.length;
  }

  /** What time it is by the clock that dates the objects. */
  async now(): Promise<number> {
    const key = "clock";
    await this.put(key, new Uint8Array());
    return (await this.head(key))?.modified ?? 0;
  }

  async close(): Promise<void> {
    (await this.#client?.catch(() => undefined))?.s3.destroy();
  }

  #named(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#settings.bucket, Key: this.#settings.prefix + key };
  }

  #unlessMissing<T>(request: (client: Client, signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    return this.#unless([404], request);
  }

  /** Undefined where the answer has one of these numbers and says nothing of the bucket. */
  async #unless<T>(
    statuses: readonly number[],
    request: (client: Client, signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.#send(request);
    } catch (error) {
      const { status, code } = answerOf(error instanceof MemosError ? error.cause : error);
      if (status !== undefined && statuses.includes(status) && code !== "NoSuchBucket") return undefined;
      throw error;
    }
  }

  async #send<T>(request: (client: Client, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { attempts, timeoutMs } = this.#settings;
    for (let attempt = 1; ; attempt++) {
      try {
        this.#client ??= this.#connect();
        return await request(await this.#client, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        const answer = answerOf(error);
        if (attempt >= attempts || !isTransient(answer)) throw objectFailure(error, this.place, answer);
        const most = Math.min(OBJECT_LIMITS.backoffMostMs, OBJECT_LIMITS.backoffMs * 2 ** (attempt - 1));
        await wait(most * (0.5 + Math.random() / 2));
      }
    }
  }

  /** The library is read when the first request is made: a store on disk pays nothing for it. */
  async #connect(): Promise<Client> {
    // That later versions want a later Node is nothing to tell to whoever runs this one.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const library = await import("@aws-sdk/client-s3");
    const { region, endpoint, credentials, pathStyle, timeoutMs } = this.#settings;
    const s3 = new library.S3Client({
      region,
      forcePathStyle: pathStyle,
      maxAttempts: 1,
      // Checksums of Amazon's own kind are not known everywhere.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { connectionTimeout: Math.min(timeoutMs, OBJECT_LIMITS.connectMs) },
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    });
    return { library, s3 };
  }
}

interface Answer {
  readonly code: string | undefined;
  readonly status: number | undefined;
}

function answerOf(error: unknown): Answer {
  const { name, Code, $metadata } = (error ?? {}) as {
    name?: string;
    Code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return { code: Code ?? name, status: $metadata?.httpStatusCode };
}

/** Whether the same request may succeed later: no answer, or one that says so. */
function isTransient({ code, status }: Answer): boolean {
  if (code === "CredentialsProviderError") return false;
  if (status === 507) return false;
  return status === undefined || status >= 500 || status === 429 || status === 408;
}

function cutOff<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

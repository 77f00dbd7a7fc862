import { S3Server } from "../../../bench/objects/s3Server.js";
import type { ObjectOptions, OpenOptions } from "../../../memos/index.js";
import { atEnd, type Lifetime, temporaryFolder } from "../support.js";

export const BUCKET = "memories";
export const KEYS = { accessKeyId: "AKIATEST", secretAccessKey: "kept to itself" } as const;

/** A store of objects in this process, until the test ends. */
export async function startS3(t: Lifetime): Promise<S3Server> {
  const server = await S3Server.start({
    folder: await temporaryFolder(t),
    bucket: BUCKET,
    credentials: KEYS,
  });
  atEnd(t, () => server.stop());
  return server;
}

/** What opens a store in it. What fails for good is given up quickly. */
export function objectsIn(server: S3Server, options: Partial<ObjectOptions> = {}): ObjectOptions {
  return {
    url: `s3://${BUCKET}/of/ana`,
    endpoint: server.endpoint,
    ...KEYS,
    timeoutMs: 10_000,
    attempts: 3,
    ...options,
  };
}

/** Where a store may have its index and its blobs. */
export interface Place {
  readonly name: string;
  /** What opens a store there. */
  readonly options: (t: Lifetime) => Promise<Pick<OpenOptions, "objects">>;
}

export const PLACES: readonly Place[] = [
  { name: "on disk", options: async () => ({}) },
  { name: "in a bucket", options: async (t) => ({ objects: objectsIn(await startS3(t)) }) },
];

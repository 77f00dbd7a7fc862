import * as z from "zod";
import { parse } from "../../parse.js";
import { OBJECT_LIMITS } from "./limits.js";

/** Where the index and the blobs are, when they are not on disk beside the ledger. */
export interface ObjectOptions {
  /** `s3://BUCKET` or `s3://BUCKET/PREFIX`. One store has it for itself. */
  readonly url: string;
  /** Address of the service, for all but Amazon's: `https://minio.example.com:9000`. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Else AWS_ACCESS_KEY_ID and its companions, else what Amazon's tools find: profiles, roles. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** Whether the bucket is named in the path and not in the host: true with an `endpoint` unless said otherwise. */
  readonly pathStyle?: boolean;
  /** Bytes that local copies of blobs may take: 1 GiB unless said otherwise. */
  readonly cacheBytes?: number;
  /** Milliseconds for one request: 30 seconds unless said otherwise. */
  readonly timeoutMs?: number;
  /** How often a request is made before it is given up: 5 times unless said otherwise. */
  readonly attempts?: number;
}

const BUCKET_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9!_.*'()/-]*))?$/;

const optionsSchema = z
  .strictObject({
    url: z.string().regex(BUCKET_URL, "must be s3://BUCKET/PREFIX"),
    endpoint: z.url({ protocol: /^https?$/ }).optional(),
    region: z.string().min(1).max(64).optional(),
    accessKeyId: z.string().min(1).max(256).optional(),
    secretAccessKey: z.string().min(1).max(256).optional(),
    sessionToken: z.string().min(1).max(8_192).optional(),
    pathStyle: z.boolean().optional(),
    cacheBytes: z.int().min(0).default(OBJECT_LIMITS.cacheBytes),
    timeoutMs: z.int().min(1).max(3_600_000).default(OBJECT_LIMITS.requestMs),
    attempts: z.int().min(1).max(20).default(OBJECT_LIMITS.attempts),
  })
  .refine(
    ({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined),
    { path: ["secretAccessKey"], message: "is needed together with accessKeyId" },
  );

/** The same, resolved. */
export interface ObjectSettings {
  readonly bucket: string;
  /** Empty, or ending in a slash. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Undefined leaves the search for them to Amazon's libraries. */
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
  readonly pathStyle: boolean;
  readonly cacheBytes: number;
  readonly timeoutMs: number;
  readonly attempts: number;
}

/**
 * What was said, else what the standard variables of the environment say.
 *
 * @throws MemosError INVALID_INPUT.
 */
export function objectSettings(
  options: ObjectOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ObjectSettings {
  const given = parse(optionsSchema, options);
  const [, bucket = "", path = ""] = BUCKET_URL.exec(given.url) ?? [];
  const folders = path.split("/").filter((part) => part !== "");
  const endpoint = given.endpoint ?? (environment["AWS_ENDPOINT_URL_S3"] || environment["AWS_ENDPOINT_URL"]);
  return {
    bucket,
    prefix: folders.map((part) => `${part}/`).join(""),
    endpoint: endpoint || undefined,
    region: given.region ?? (environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || "us-east-1"),
    credentials: credentialsOf(given, environment),
    pathStyle: given.pathStyle ?? Boolean(endpoint),
    cacheBytes: given.cacheBytes,
    timeoutMs: given.timeoutMs,
    attempts: given.attempts,
  };
}

function credentialsOf(
  given: z.output<typeof optionsSchema>,
  environment: Readonly<Record<string, string | undefined>>,
): ObjectSettings["credentials"] {
  const own = given.accessKeyId !== undefined;
  const accessKeyId = own ? given.accessKeyId : environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = own ? given.secretAccessKey : environment["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = own ? given.sessionToken : environment["AWS_SESSION_TOKEN"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** The same for LanceDB: where its tables are, and how it gets there. */
export function lanceConnection(settings: ObjectSettings): {
  readonly uri: string;
  readonly storageOptions: Record<string, string>;
} {
  const { bucket, prefix, endpoint, region, credentials, pathStyle, timeoutMs, attempts } = settings;
  return {
    uri: `s3://${bucket}/${prefix}index`,
    storageOptions: {
      aws_region: region,
      aws_virtual_hosted_style_request: String(!pathStyle),
      // A version of a table is put in place by `If-None-Match`: of two that want the same number, one gets it.
      aws_conditional_put: "etag",
      timeout: `${timeoutMs}ms`,
      connect_timeout: `${Math.min(timeoutMs, OBJECT_LIMITS.connectMs)}ms`,
      client_max_retries: String(attempts - 1),
      client_retry_timeout: String(Math.ceil((attempts * timeoutMs) / 1_000)),
      download_retry_count: String(attempts - 1),
      ...(endpoint === undefined
        ? {}
        : {
            aws_endpoint: pathStyle ? endpoint : endpoint.replace("://", `://${bucket}.`),
            allow_http: String(endpoint.startsWith("http:")),
          }),
      ...(credentials === undefined
        ? {}
        : {
            aws_access_key_id: credentials.accessKeyId,
            aws_secret_access_key: credentials.secretAccessKey,
            ...(credentials.sessionToken === undefined
              ? {}
              : { aws_session_token: credentials.sessionToken }),
          }),
    },
  };
}

import type { IncomingMessage } from "node:http";
import * as z from "zod";
import { MemosError, type Scope, scopeSchema } from "../memcube/index.js";
import type { MemOS } from "../memos/index.js";
import { isAllowedOrigin, type Origins } from "./crossOrigin.js";
import { HttpError } from "./problem.js";
import { countRequest } from "./rateLimit.js";

/** The tenant of a request without a key; only development mode has such requests. */
const DEVELOPMENT_TENANT = "local";
const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A scope as requests state it: the tenant comes from the API key and need not be repeated. */
export const requestScopeSchema = z
  .strictObject({ ...scopeSchema.shape, tenant: scopeSchema.shape.tenant.optional() })
  .meta({
    id: "RequestScope",
    description:
      "Whose memory. The tenant follows from the API key; naming another one is refused. The other parts narrow a read to what carries the same value, and are stamped on what is written.",
  });

export type RequestScope = z.infer<typeof requestScopeSchema>;

/** On whose behalf a request acts. Without a tenant it may name any: development mode. */
export interface Caller {
  readonly tenant?: string;
  /** The memory as this caller may use it. */
  readonly memos: MemOS;
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address ?? "");
}

/** Whether a server bound to this host can be reached from this computer only. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || isLoopbackAddress(host);
}

function hostName(authority: string): string | undefined {
  return URL.canParse(`http://${authority}`) ? new URL(`http://${authority}`).hostname : undefined;
}

function refused(message: string): HttpError {
  return new HttpError("FORBIDDEN", message, {
    status: 403,
    title: "Not allowed in development mode",
    remedy: "Use http://127.0.0.1 from this computer, or start the server with API keys.",
  });
}

/**
 * Development mode answers without a key, so it must not answer a web page that the developer happens to
 * visit: a rebound DNS name shows in the Host header, another site in the Origin header.
 */
export function assertLocalRequest(request: IncomingMessage, origins: Origins): void {
  if (!isLoopbackAddress(request.socket.remoteAddress))
    throw refused("Development mode answers requests from this computer only.");
  const { host = "" } = request.headers;
  if (!LOOPBACK_NAMES.has(hostName(host) ?? ""))
    throw refused("Development mode answers to the name of this computer only.");
  if (!isAllowedOrigin(request, origins)) throw refused("Development mode answers no other web site.");
}

const BEARER = /^bearer ([\x21-\x7e]{1,512})$/i;

/** What a request shows as its key, and the form in which the key stands in it. */
export interface Credentials {
  readonly shown: string | undefined;
  readonly form: RegExp;
}

/** Who is asking. A key that is sent must be valid, in development mode too. */
export async function authenticate(
  memos: MemOS,
  request: IncomingMessage,
  development: boolean,
  { shown: authorization, form }: Credentials = { shown: request.headers.authorization, form: BEARER },
): Promise<Caller> {
  if (authorization === undefined && development) return { memos };
  const secret = form.exec(authorization ?? "")?.[1];
  const key = secret === undefined ? undefined : await memos.keys.verify(secret);
  if (key === undefined)
    throw new MemosError(
      "UNAUTHORIZED",
      authorization === undefined ? "The request has no API key." : "The API key is not valid.",
    );
  const { tenant, principal, readOnly } = key;
  countRequest(request, key.id);
  return { tenant, memos: memos.as({ tenant, ...principal }, { readOnly }) };
}

/** The scope that a request acts in; the tenant of a key is never overridden by the request. */
export function scopeFor(caller: Caller, requested: RequestScope): Scope {
  const { tenant = requested.tenant ?? DEVELOPMENT_TENANT } = caller;
  if (requested.tenant !== undefined && requested.tenant !== tenant)
    throw new MemosError("FORBIDDEN", "The API key belongs to another tenant.");
  return { ...requested, tenant };
}

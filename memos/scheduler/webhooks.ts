import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { lookup } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP } from "node:net";
import * as z from "zod";
import { MemosError, newCubeId, type Scope, scopeSchema } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { DELIVERY, type JobLedger, type Webhook } from "../store/jobLedger.js";
import type { Jobs } from "./jobs.js";
import {
  type CreatedWebhook,
  jobIdSchema,
  type NewWebhook,
  newWebhookSchema,
  WEBHOOKS,
  type WebhookView,
} from "./operations.js";

/** Events in one request at most. */
const EVENTS_AT_ONCE = 100;

/** How long a target may take to answer. */
export const WEBHOOK_TIMEOUT_MS = 10_000;

/** How old a signature may be, and how far ahead its clock. */
export const SIGNATURE_AGE_SECONDS = 300;

const SECRET_BYTES = 32;

export interface WebhookOptions {
  /** Also addresses of this machine and of private networks; otherwise they are refused. */
  readonly allowPrivate?: boolean;
}

/** Addresses that a tenant must not make this machine talk to. */
const PRIVATE = privateAddresses();

/**
 * Tells other systems what has happened: signed requests as Standard Webhooks describes them
 * (standardwebhooks.com), in order, repeated until they are answered with a 2xx status.
 */
export class Webhooks {
  readonly #ledger: JobLedger;
  readonly #writable: () => void;
  readonly #allowPrivate: boolean;

  constructor(ledger: JobLedger, jobs: Jobs, writable: () => void, options: WebhookOptions, runs: boolean) {
    this.#ledger = ledger;
    this.#writable = writable;
    this.#allowPrivate = options.allowPrivate ?? false;
    if (runs)
      jobs.handle(
        DELIVERY,
        { input: z.strictObject({ webhook: jobIdSchema }), perTenant: 2 },
        ({ webhook }, { scope, signal }) => this.#deliver(webhook, scope.tenant, signal),
      );
  }

  /**
   * Registers a target for events of a tenant, from now on.
   *
   * @returns the webhook with its secret, which is not shown again.
   * @throws MemosError INVALID_INPUT for an address that is not allowed, TOO_LARGE past `WEBHOOKS`.
   */
  async add(webhook: NewWebhook, scope: Scope): Promise<CreatedWebhook> {
    this.#writable();
    const { tenant } = parse(scopeSchema, scope);
    const { url, kinds } = parse(newWebhookSchema, webhook);
    const { hostname } = new URL(url);
    const address = hostname.replace(/^\[|\]$/g, "");
    if (!this.#allowPrivate && (address === "localhost" || isPrivate(address)))
      throw new MemosError("INVALID_INPUT", "A webhook may not lead into a private network.", {
        path: "url",
      });
    if ((await this.#ledger.webhooks(tenant)).length >= WEBHOOKS)
      throw new MemosError("TOO_LARGE", `A tenant has at most ${WEBHOOKS} webhooks.`);
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
    const made = { id: newCubeId(), tenant, url, kinds, createdAt: Date.now() };
    await this.#ledger.saveWebhook({ ...made, secret });
    return { ...view(made), secret };
  }

  async list(scope: Scope): Promise<WebhookView[]> {
    return (await this.#ledger.webhooks(parse(scopeSchema, scope).tenant)).map(view);
  }

  /** @throws MemosError NOT_FOUND. */
  async remove(id: string, scope: Scope): Promise<void> {
    this.#writable();
    await this.#ledger.dropWebhook(parse(jobIdSchema, id), parse(scopeSchema, scope).tenant);
  }

  async #deliver(id: string, tenant: string, signal: AbortSignal): Promise<{ events: number }> {
    const due = await this.#ledger.delivery(id, tenant, EVENTS_AT_ONCE);
    if (due === undefined) return { events: 0 };
    if (due.events.length > 0) {
      const events = due.events.map(({ at, ...event }) => ({ ...event, at: new Date(at).toISOString() }));
      // The same request has the same id, so that a receiver can tell a repetition.
      const message = { id: `${id}.${due.through}`, body: JSON.stringify({ webhook: id, events }) };
      await this.#post(due.webhook.url, message, due.secret, signal);
    }
    await this.#ledger.delivered(id, tenant, due.through, Date.now());
    return { events: due.events.length };
  }

  #post(
    url: string,
    { id, body }: { id: string; body: string },
    secret: string,
    signal: AbortSignal,
  ): Promise<void> {
    const timestamp = Math.floor(Date.now() / 1000);
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const fail = (message: string) => reject(new MemosError("WEBHOOK_FAILED", message));
      const request = send(url, {
        method: "POST",
        signal: AbortSignal.any([signal, AbortSignal.timeout(WEBHOOK_TIMEOUT_MS)]),
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "webhook-id": id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": signature(secret, id, timestamp, body),
        },
        // Looked at when it connects, so that a name cannot mean another address by then.
        lookup: (hostname, options, answer) =>
          lookup(hostname, options, (error, address, family) => {
            const found = Array.isArray(address) ? address.map((one) => one.address) : [address];
            const refused = error === null && !this.#allowPrivate && found.some(isPrivate);
            answer(refused ? new Error("private address") : error, address as string, family);
          }),
      });
      request.on("response", (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve();
        else fail(`The target answered ${statusCode}.`);
      });
      request.on("error", () => fail("The target could not be reached, or did not answer in time."));
      request.end(body);
    });
  }
}

/** What a request is signed with: `v1,` and HMAC-SHA256 in base64 over id, time and body. */
function signature(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

/**
 * Whether a request came from this system and is fresh: for receivers.
 *
 * @param headers `webhook-id`, `webhook-timestamp` and `webhook-signature` as they were sent.
 */
export function verifyWebhook(
  secret: string,
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  now = Date.now(),
): boolean {
  const { "webhook-id": id = "", "webhook-timestamp": sent = "", "webhook-signature": given = "" } = headers;
  const timestamp = Number(sent);
  if (!Number.isInteger(timestamp) || Math.abs(now / 1000 - timestamp) > SIGNATURE_AGE_SECONDS) return false;
  const expected = Buffer.from(signature(secret, id, timestamp, body));
  return given.split(" ").some((one) => {
    const candidate = Buffer.from(one);
    return candidate.length === expected.length && timingSafeEqual(candidate, expected);
  });
}

function isPrivate(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return PRIVATE.check(mapped, "ipv4");
  return PRIVATE.check(address, version === 4 ? "ipv4" : "ipv6");
}

function privateAddresses(): BlockList {
  const list = new BlockList();
  const ipv4 = [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["224.0.0.0", 3],
  ] as const;
  const ipv6 = [
    ["::", 127],
    ["fc00::", 7],
    ["fe80::", 10],
    ["ff00::", 8],
    ["::ffff:0:0", 96],
    ["64:ff9b::", 96],
  ] as const;
  for (const [network, bits] of ipv4) list.addSubnet(network, bits, "ipv4");
  for (const [network, bits] of ipv6) list.addSubnet(network, bits, "ipv6");
  return list;
}

function view({ id, url, kinds, createdAt }: Webhook): WebhookView {
  return { id, url, kinds: [...kinds], createdAt: new Date(createdAt).toISOString() };
}

import { createServer } from "node:http";
import * as z from "zod";
import { onLoopback } from "../loopback.js";
import type { Lifetime } from "../support.js";
import { notFound } from "./dialectServer.js";
import { sendJson } from "./embeddingServer.js";

const pinSchema = z.strictObject({
  model_name: z.string(),
  world_size: z.int().min(1),
  token_ids: z.array(z.int()),
  // As its keys take it: it becomes part of the names of files.
  cache_salt: z
    .string()
    .max(128)
    .regex(/^[^@/\\\0]*$/),
});

export interface LMCacheOptions {
  readonly chunkTokens?: number;
  /** Whether it runs with the controller that has the routes of pins. */
  readonly pins?: boolean;
}

/**
 * A stand-in of the coordinator of LMCache 0.5.6 on a free port: counts pins for each whole chunk of tokens, whose key
 * depends on all tokens before it, and on the salt (lmcache/v1/mp_coordinator, docs/source/mp/coordinator.rst).
 */
export async function startLMCache(
  t: Lifetime,
  { chunkTokens = 256, pins = true }: LMCacheOptions = {},
): Promise<{
  coordinatorURL: string;
  /** How often each chunk is pinned, by its salt and the tokens up to its end. */
  pinned: ReadonlyMap<string, number>;
}> {
  const pinned = new Map<string, number>();
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const isPin = incoming.method === "POST";
    if (!pins || incoming.url !== "/cache/pins" || !(isPin || incoming.method === "DELETE"))
      return notFound(response);
    const read = pinSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    if (!read.success) return sendJson(response, 422, JSON.stringify({ detail: read.error.issues }));
    const { token_ids, world_size, cache_salt } = read.data;
    const requested = Math.floor(token_ids.length / chunkTokens);
    let affected = 0;
    for (let chunk = 1; chunk <= requested; chunk++) {
      const key = JSON.stringify([cache_salt, token_ids.slice(0, chunk * chunkTokens)]);
      const before = pinned.get(key) ?? 0;
      if (isPin || before > 0) affected += world_size;
      if (before + (isPin ? 1 : -1) > 0) pinned.set(key, before + (isPin ? 1 : -1));
      else pinned.delete(key);
    }
    const status = isPin ? "pinned" : "unpinned";
    return sendJson(response, 200, JSON.stringify({ requested, affected, status }));
  });
  return { coordinatorURL: await onLoopback(t, server), pinned };
}

import Supermemory from "supermemory";
import type { OpenOptions } from "../../../memos/index.js";
import { type Harness, type Lifetime, startServer } from "../../api/harness.js";

export interface SupermemoryServer extends Harness {
  readonly baseURL: string;
  /** Keys of two tenants that may do everything in theirs. */
  readonly acme: string;
  readonly globex: string;
  readonly client: Supermemory;
  readonly call: (method: string, path: string, body?: unknown, key?: string) => ReturnType<Harness["send"]>;
}

/** A server that wants keys, and supermemory's own client pointed at it by `baseURL` alone. */
export async function startSupermemory(
  t: Lifetime,
  store: Partial<OpenOptions> = {},
): Promise<SupermemoryServer> {
  const harness = await startServer(t, {}, store);
  const keyOf = async (tenant: string) => (await harness.memos.keys.create(tenant, "test")).secret;
  const acme = await keyOf("acme");
  const baseURL = `${harness.address}/supermemory`;
  return {
    ...harness,
    baseURL,
    acme,
    globex: await keyOf("globex"),
    client: new Supermemory({ apiKey: acme, baseURL, maxRetries: 0 }),
    call: (method, path, body, key = acme) =>
      harness.send(method, `/supermemory${path}`, { body, headers: { authorization: `Bearer ${key}` } }),
  };
}

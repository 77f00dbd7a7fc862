import type { OpenOptions } from "../../../memos/index.js";
import { type Harness, type Lifetime, startServer } from "../../api/harness.js";

// Before a client is loaded: none of them may tell anybody of this.
process.env["MEM0_TELEMETRY"] = "false";

export interface Mem0Server extends Harness {
  readonly host: string;
  /** Keys of two tenants that may do everything in theirs. */
  readonly acme: string;
  readonly globex: string;
  /** Sends as mem0's clients do. */
  readonly call: (method: string, path: string, body?: unknown, key?: string) => ReturnType<Harness["send"]>;
}

/** A server that wants keys, and what a client of mem0 needs to talk to it. */
export async function startMem0(t: Lifetime, store: Partial<OpenOptions> = {}): Promise<Mem0Server> {
  const harness = await startServer(t, {}, store);
  const keyOf = async (tenant: string) => (await harness.memos.keys.create(tenant, "test")).secret;
  const acme = await keyOf("acme");
  return {
    ...harness,
    host: `${harness.address}/mem0`,
    acme,
    globex: await keyOf("globex"),
    call: (method, path, body, key = acme) =>
      harness.send(method, `/mem0${path}`, { body, headers: { authorization: `Token ${key}` } }),
  };
}

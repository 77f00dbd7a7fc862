import OpenAI from "openai";
import type { Engine } from "../../../memos/index.js";
import { type Harness, startServer } from "../../api/harness.js";
import { ListeningEngine } from "../../memos/chat/support.js";
import type { Lifetime } from "../../memos/support.js";

export interface OpenAIServer extends Harness {
  readonly baseURL: string;
  /** Keys of two tenants that may do everything in theirs. */
  readonly acme: string;
  readonly globex: string;
  readonly client: OpenAI;
  readonly clientOf: (apiKey: string, headers?: Record<string, string>) => OpenAI;
  /** Sends as OpenAI's clients do, with a key of `acme` unless said otherwise. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => ReturnType<Harness["send"]>;
}

/** A server that wants keys, in front of this model, and clients that know of it by their `baseURL` alone. */
export async function startOpenAI(t: Lifetime, engine?: Engine): Promise<OpenAIServer> {
  const options = { upkeep: false, activations: { automatic: false } };
  const harness = await startServer(
    { after: (end) => void t.after(end) },
    {},
    { ...options, ...(engine === undefined ? {} : { engine }) },
  );
  const keyOf = async (tenant: string) => (await harness.memos.keys.create(tenant, "test")).secret;
  const baseURL = `${harness.address}/v1`;
  const clientOf = (apiKey: string, defaultHeaders: Record<string, string> = {}) =>
    new OpenAI({ baseURL, apiKey, defaultHeaders, maxRetries: 0 });
  const acme = await keyOf("acme");
  return {
    ...harness,
    baseURL,
    acme,
    globex: await keyOf("globex"),
    clientOf,
    client: clientOf(acme),
    call: (method, path, body, headers = {}) =>
      harness.send(method, path, { body, headers: { authorization: `Bearer ${acme}`, ...headers } }),
  };
}

export async function startListening(t: Lifetime) {
  const engine = new ListeningEngine();
  return { ...(await startOpenAI(t, engine)), engine };
}

/** What memory did, as answers have it beside what OpenAI's have. */
export interface Memory {
  readonly recalled: readonly { readonly id: string }[];
  readonly remembered: readonly string[];
  readonly dropped_turns: number;
  readonly notes: readonly { readonly code: string; readonly message: string }[];
}

export function memoryIn(answer: object): Memory {
  return (answer as { memory: Memory }).memory;
}

export const ask = (content: string, more: object = {}) => ({
  model: "text",
  messages: [{ role: "user" as const, content }],
  user: "ana",
  ...more,
});

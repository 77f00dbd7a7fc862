import { createServer, type ServerResponse } from "node:http";
import * as z from "zod";
import { PrefixCache, wordTokens } from "../../../bench/activation/prefixServer.js";
import { onLoopback } from "../loopback.js";
import type { Lifetime } from "../support.js";
import { sendJson } from "./embeddingServer.js";

export const KEY = "sk-never-tell";

export const bodySchema = z.looseObject({
  messages: z.array(
    z.looseObject({ role: z.string(), content: z.string(), tool_call_id: z.string().optional() }),
  ),
  stream: z.boolean().optional(),
  max_tokens: z.number().optional(),
  response_format: z.looseObject({ type: z.string() }).optional(),
  stop: z.array(z.string()).optional(),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
});

export type CompletionBody = z.infer<typeof bodySchema>;

export interface Counts {
  readonly prompt: number;
  readonly cached: number;
}

/** What the server does with a chat; it waits for nothing that is returned. */
export type Behaviour = (response: ServerResponse, body: CompletionBody, counts: Counts) => unknown;

/** Writes the bytes of the events in pieces of this size, each on its own. */
export async function sendEvents(
  response: ServerResponse,
  events: readonly unknown[],
  pieceBytes = 7,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const text = [...events.map((event) => JSON.stringify(event)), "[DONE]"]
    .map((event) => `data: ${event}\n\n`)
    .join("");
  await sendBytes(response, Buffer.from(text), pieceBytes);
  response.end();
}

export async function sendBytes(response: ServerResponse, bytes: Buffer, pieceBytes: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await new Promise((resolve) => response.write(bytes.subarray(at, at + pieceBytes), resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function delta(delta: object, finish: string | null = null): object {
  return { choices: [{ index: 0, delta, finish_reason: finish }] };
}

export function usageOf({ prompt, cached }: Counts, generated: number): object {
  return {
    choices: [],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: generated,
      prompt_tokens_details: { cached_tokens: cached },
    },
  };
}

/** These pieces of text, then the end. */
export function says(...pieces: readonly string[]): Behaviour {
  return (response, _, counts) =>
    sendEvents(response, [
      delta({ role: "assistant", content: null }),
      ...pieces.map((content) => delta({ content })),
      delta({}, "stop"),
      usageOf(counts, pieces.length),
    ]);
}

/** These events, whatever they are, and the counts. */
export function streams(...events: readonly unknown[]): Behaviour {
  return (response, _, counts) => sendEvents(response, [...events, usageOf(counts, events.length)]);
}

/** These bytes as an event stream; the connection then ends well, or does not end, or breaks. */
export function raw(text: string, then: "end" | "hang" | "break" = "end"): Behaviour {
  return async (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    await sendBytes(response, Buffer.from(text), 1_024);
    if (then === "end") response.end();
    if (then === "break") response.destroy();
  };
}

/** A failure that may be tried again at once. */
export function fails(status: number, error: object = {}): Behaviour {
  return (response) =>
    sendJson(response, status, JSON.stringify({ error: { message: `for ${KEY}`, ...error } }), {
      "retry-after-ms": "1",
    });
}

export const breaks: Behaviour = (response) => response.destroy();
export const silent: Behaviour = () => {};

/** Refuses every form of answer but these. */
export function understands(forms: readonly (string | undefined)[], then: Behaviour): Behaviour {
  return (response, body, counts) =>
    (forms.includes(body.response_format?.type) ? then : fails(400))(response, body, counts);
}

/** A whole answer whose first token could have been one of these. */
export function weighs(tokens: Readonly<Record<string, number>>): Behaviour {
  const top = Object.entries(tokens).map(([token, probability]) => ({
    token,
    logprob: Math.log(probability),
  }));
  return (response) =>
    sendJson(
      response,
      200,
      JSON.stringify({
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: top[0]?.token },
            logprobs: { content: [{ ...top[0], top_logprobs: top }] },
            finish_reason: "length",
          },
        ],
      }),
    );
}

const ANSWER_TO_SCHEMA = '{"city":"Lisboa","sure":"yes"}';

/** What the model of the fake says: the last line that it was told, or what it is asked to be or to call. */
export function reply(body: CompletionBody): {
  readonly events: readonly object[];
  readonly generated: number;
} {
  const [tool] = body.tools ?? [];
  if (tool !== undefined) {
    const called = [
      { id: "c1", function: { name: tool.function.name } },
      { function: { arguments: '{"word":"a"}' } },
    ];
    return {
      events: [
        ...called.map((call) => delta({ tool_calls: [{ index: 0, ...call }] })),
        delta({}, "tool_calls"),
      ],
      generated: called.length,
    };
  }
  const line = body.messages.at(-1)?.content.split("\n").at(-1) ?? "";
  const text = body.response_format === undefined ? line : ANSWER_TO_SCHEMA;
  const [stop] = (body.stop ?? []).map((one) => text.indexOf(one)).filter((at) => at !== -1);
  const words = wordTokens(text.slice(0, stop));
  const said = words.slice(0, body.max_tokens);
  return {
    events: [
      ...said.map((content) => delta({ content })),
      delta({}, said.length < words.length ? "length" : "stop"),
    ],
    generated: said.length,
  };
}

export const echoes: Behaviour = (response, body, counts) => {
  const { events, generated } = reply(body);
  return sendEvents(response, [...events, usageOf(counts, generated)]);
};

/** The chat API with a cache of prefixes on a free port: the behaviours in turn, the last one for all that follow. */
export async function startCompletionServer(
  t: Lifetime,
  ...behaviours: readonly Behaviour[]
): Promise<{ baseURL: string; requests: CompletionBody[]; hangups: number[] }> {
  const cache = new PrefixCache();
  const requests: CompletionBody[] = [];
  const hangups: number[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const number = requests.push(body) - 1;
    response.on("close", () => {
      if (!response.writableFinished) hangups.push(number);
    });
    const tokens = body.messages.flatMap(({ role, content }) => [role, ...wordTokens(content), "\n"]);
    const behaviour = behaviours[Math.min(number, behaviours.length - 1)] ?? echoes;
    behaviour(response, body, { prompt: tokens.length, cached: cache.use(tokens) });
  });
  const address = await onLoopback(t, server);
  return { baseURL: `${address}/v1`, requests, hangups };
}

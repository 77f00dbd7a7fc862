import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import { OpenAIChatModel, type OpenAIChatModelOptions } from "../../../memos/inference/index.js";
import type { Lifetime } from "../support.js";

export const KEY = "sk-never-tell";

const bodySchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.string(), content: z.string() })),
  response_format: z.looseObject({ type: z.string() }).optional(),
});

export type ChatBody = z.infer<typeof bodySchema>;

/** What the server does with a request; it waits for nothing that is returned. */
export type Behaviour = (response: ServerResponse, body: ChatBody) => unknown;

export function sendJson(response: ServerResponse, status: number, body: string, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}

/** A completion with this text. */
export function says(text: string | null): Behaviour {
  return (response) =>
    sendJson(
      response,
      200,
      JSON.stringify({
        choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: text } }],
        usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
      }),
    );
}

/** A completion that is this value as JSON. */
export function answers(value: unknown): Behaviour {
  return says(JSON.stringify(value));
}

/** A failure that may be tried again at once. */
export function fails(status: number): Behaviour {
  return (response) =>
    sendJson(response, status, JSON.stringify({ error: { message: `for ${KEY}` } }), {
      "retry-after-ms": "1",
    });
}

/** Refuses every form of answer but these. */
export function understands(forms: readonly (string | undefined)[], then: Behaviour): Behaviour {
  return (response, body) => (forms.includes(body.response_format?.type) ? then : fails(400))(response, body);
}

export function handlesShown(body: ChatBody): string[] {
  const user = body.messages[1]?.content ?? "";
  return [...user.matchAll(/^\{"handle":"(n\d+)"/gm)].map((match) => match[1] ?? "");
}

/** The minimal good answer: every note that was shown, with a keyword of its own. */
export const answersAll: Behaviour = (response, body) =>
  answers({ notes: handlesShown(body).map((handle) => ({ handle, keywords: [`about ${handle}`] })) })(
    response,
    body,
  );

/** The chat API on a free port: the behaviours in turn, the last one for all that follow. */
export async function startChatServer(
  t: Lifetime,
  behaviours: readonly Behaviour[],
  options: Partial<OpenAIChatModelOptions> = {},
): Promise<{ model: OpenAIChatModel; requests: ChatBody[] }> {
  const requests: ChatBody[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const behaviour = behaviours[Math.min(requests.length, behaviours.length - 1)] ?? answersAll;
    requests.push(body);
    behaviour(response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  const model = new OpenAIChatModel({
    model: "test",
    baseURL: `http://127.0.0.1:${port}/v1`,
    apiKey: KEY,
    retries: 0,
    ...options,
  });
  return { model, requests };
}

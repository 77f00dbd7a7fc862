import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import { sha256 } from "../../memcube/index.js";

/** Tokens of a block: prefixes are cached in whole ones, as vLLM does. */
export const BLOCK_TOKENS = 16;

/** What a server that caches prefixes remembers: chains of whole blocks. */
export class PrefixCache {
  readonly #blocks = new Set<string>();

  /** Tokens at the beginning that an earlier prompt had too; the prompt is remembered. */
  use(tokens: readonly string[]): number {
    let cached = 0;
    let chain = "";
    for (let end = BLOCK_TOKENS; end <= tokens.length; end += BLOCK_TOKENS) {
      chain = sha256(`${chain}\u0000${tokens.slice(end - BLOCK_TOKENS, end).join("\u0000")}`);
      if (this.#blocks.has(chain) && cached === end - BLOCK_TOKENS) cached = end;
      this.#blocks.add(chain);
    }
    return cached;
  }
}

/** Words with the space before them, and single signs: about the tokens of a language model. Joined they are the text. */
export function wordTokens(text: string): string[] {
  return text.match(/\s*[\p{L}\p{N}]+|\s*\S|\s+/gu) ?? [];
}

const bodySchema = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.string() })),
});

export interface PrefixServer extends AsyncDisposable {
  readonly baseURL: string;
}

/** A chat server on a free port of this machine that answers everything with one word and caches prefixes. */
export async function startPrefixServer(): Promise<PrefixServer> {
  const cache = new PrefixCache();
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { messages } = bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const tokens = messages.flatMap(({ role, content }) => [`<${role}>`, ...wordTokens(content), "</>"]);
    const usage = {
      prompt_tokens: tokens.length,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: cache.use(tokens) },
    };
    response.writeHead(200, { "content-type": "text/event-stream" });
    const answer = { index: 0, delta: { content: "Yes" }, finish_reason: "stop" };
    for (const event of [{ choices: [answer] }, { choices: [], usage }])
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end("data: [DONE]\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

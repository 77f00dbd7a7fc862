import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { EVENT_STREAM_MEDIA_TYPE, heartbeat } from "../../serverSentEvents.js";
import { OPENAI_LIMITS } from "./limits.js";

/** Server-sent events as OpenAI's clients read them: without ids, the last one `[DONE]` where there is such a one. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(response: ServerResponse, signal: AbortSignal) {
    this.#response = response;
    this.#signal = signal;
    this.#heartbeat = heartbeat(response, OPENAI_LIMITS.heartbeatMs);
  }

  /** Whether anything was sent: what fails from then on is part of the answer. */
  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** Waits while the client is slower. @throws AbortError when it is gone. */
  async send(data: object | "[DONE]", event?: string): Promise<void> {
    if (!this.#response.headersSent) this.#response.setHeader("content-type", EVENT_STREAM_MEDIA_TYPE);
    const name = event === undefined ? "" : `event: ${event}\n`;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    if (!this.#response.write(`${name}data: ${text}\n\n`))
      await once(this.#response, "drain", { signal: this.#signal });
  }

  end(): void {
    clearInterval(this.#heartbeat);
    if (this.#response.headersSent) this.#response.end();
  }
}

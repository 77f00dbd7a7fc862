import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { toProblem } from "./problem.js";

export const EVENT_STREAM_MEDIA_TYPE = "text/event-stream";

/** How often a comment goes out when nothing happens, so that proxies keep the connection. */
const HEARTBEAT_MS = 15_000;

/**
 * Sends a comment from time to time, once the answer has begun. Not to a reader that is behind: each would be a sign of
 * life of a connection that has none, which the idle limit then never ends.
 */
export function heartbeat(response: ServerResponse, milliseconds = HEARTBEAT_MS): NodeJS.Timeout {
  return setInterval(() => {
    if (response.headersSent && !response.writableNeedDrain) response.write(": still here\n\n");
  }, milliseconds).unref();
}

/**
 * Writes each value as one server-sent event (WHATWG HTML, section 9.2), with its sequence number as the id from
 * which a client that lost the connection goes on. An error ends the stream, and the client comes back.
 */
export async function writeServerSentEvents(
  response: ServerResponse,
  values: AsyncIterable<unknown>,
  signal: AbortSignal,
): Promise<{ failure?: unknown }> {
  response.setHeader("content-type", EVENT_STREAM_MEDIA_TYPE);
  response.flushHeaders();
  const beat = heartbeat(response);
  try {
    for await (const value of values) {
      if (!response.write(eventText(value))) await once(response, "drain", { signal });
    }
    return {};
  } catch (failure) {
    return signal.aborted ? {} : { failure };
  } finally {
    clearInterval(beat);
    response.end();
  }
}

/**
 * Writes an answer that comes in pieces as server-sent events. An error before the first piece is thrown and becomes
 * an ordinary answer; a later one becomes the last event, `error` with a Problem, and is returned.
 */
export async function writeAnswerEvents(
  response: ServerResponse,
  values: AsyncIterable<unknown>,
  request: { requestId: string; instance: string; signal: AbortSignal },
): Promise<{ failure?: unknown }> {
  const { signal } = request;
  const beat = heartbeat(response);
  try {
    for await (const value of values) {
      if (!response.headersSent) response.setHeader("content-type", EVENT_STREAM_MEDIA_TYPE);
      if (!response.write(eventText(value))) await once(response, "drain", { signal });
    }
    response.end();
    return {};
  } catch (failure) {
    if (!response.headersSent) throw failure;
    response.end(`event: error\ndata: ${JSON.stringify(toProblem(failure, request))}\n\n`);
    return signal.aborted ? {} : { failure };
  } finally {
    clearInterval(beat);
  }
}

function eventText(value: unknown): string {
  const { sequence, kind } = value as { sequence?: number; kind?: string };
  const id = sequence === undefined ? "" : `id: ${sequence}\n`;
  const name = kind === undefined ? "" : `event: ${kind}\n`;
  return `${id}${name}data: ${JSON.stringify(value)}\n\n`;
}

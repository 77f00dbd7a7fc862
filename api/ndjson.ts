import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { MemosError } from "../memcube/index.js";
import { NDJSON_MEDIA_TYPE } from "./body.js";
import { toProblem } from "./problem.js";

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/**
 * Writes each value as one line when it comes, waiting for a slow reader. An error before the first line
 * is thrown and becomes an ordinary answer; a later one becomes the last line, a Problem, and is returned.
 */
export async function writeNdjson(
  response: ServerResponse,
  values: AsyncIterable<unknown>,
  request: { requestId: string; instance: string; signal: AbortSignal },
): Promise<{ failure?: unknown }> {
  const { signal } = request;
  response.setHeader("content-type", NDJSON_MEDIA_TYPE);
  try {
    for await (const value of values) {
      signal.throwIfAborted();
      if (!response.write(line(value))) await once(response, "drain", { signal });
    }
    response.end();
    return {};
  } catch (thrown) {
    const failure = signal.aborted
      ? new MemosError("ABORTED", "The stream was cut: the caller left, or the server closed.", {
          cause: thrown,
        })
      : thrown;
    if (!response.headersSent) throw failure;
    response.end(line(toProblem(failure, request)));
    return { failure };
  }
}

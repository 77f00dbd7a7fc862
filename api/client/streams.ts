import { errorOf, MemosClientError, problemIn } from "./error.js";
import { CLIENT_LIMITS } from "./options.js";
import type { Incoming } from "./send.js";

/** The lines of a body as they come, without their ends; what follows the last end comes too. */
async function* linesOf({ response, watch }: Incoming): AsyncGenerator<{ text: string; whole: boolean }> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      watch.touch();
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      watch.pause();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > CLIENT_LIMITS.lineCharacters)
        throw new MemosClientError("ANSWER_INVALID", "A line of the stream does not end.");
      for (const line of lines) yield { text: line.replace(/\r$/, ""), whole: true };
      if (done) break;
    }
    if (rest !== "") yield { text: rest, whole: false };
  } catch (cause) {
    throw watch.failure(cause);
  } finally {
    watch.release();
    // Whoever stops reading stops the server too.
    await reader?.cancel().catch(() => undefined);
  }
}

/** One value a line. @throws MemosClientError, also for a stream that ends with a Problem or within a line. */
export async function* ndjsonOf(incoming: Incoming): AsyncGenerator<unknown> {
  for await (const { text, whole } of linesOf(incoming)) {
    if (!whole) throw new MemosClientError("CONNECTION_FAILED", "The stream ended within a line.");
    yield known(text);
  }
}

/**
 * The data of server-sent events (WHATWG HTML, section 9.2.6).
 *
 * @throws MemosClientError, also for a stream that ends with a Problem.
 */
export async function* eventsOf(incoming: Incoming): AsyncGenerator<unknown> {
  let data: string[] = [];
  for await (const { text } of linesOf(incoming)) {
    if (text.startsWith("data:")) data.push(text.slice(text.startsWith("data: ") ? 6 : 5));
    if (text !== "" || data.length === 0) continue;
    yield known(data.join("\n"));
    data = [];
  }
}

function known(json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new MemosClientError("ANSWER_INVALID", "The stream holds what is not JSON.", { cause });
  }
  const problem = problemIn(value);
  if (problem !== undefined) throw errorOf(problem);
  return value;
}

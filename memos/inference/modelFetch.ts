/** `whole`: the answer is complete when it resolves. `stream`: its first bytes are there, the others follow. */
export type BodyMode = "whole" | "stream";

/**
 * A `fetch` for the `openai` package, which is otherwise wrong for us in four places:
 *
 * - It stops counting time when the headers are there. Here the answer is complete when it resolves, or for a
 *   stream has begun, so that a body that stalls or breaks off before is a time-out or a broken connection too,
 *   and is tried again. A stream that has begun is never tried again; each of its pieces has the time anew.
 * - It sends what the environment asks for (`OPENAI_ORG_ID`, `OPENAI_CUSTOM_HEADERS`) and what this machine
 *   is to whatever server is configured. Here only what the request needs is sent.
 * - It waits as long as `Retry-After` says, be it a day. Here a longer wait than `longestWait` ends the
 *   attempts at once.
 * - It drops what a server says about a refusal unless that is below `error`. Here it is put there.
 *
 * @param apiKey sent as the bearer token.
 * @param longestWait milliseconds; of a stream also from one piece to the next.
 */
export function modelFetch(apiKey: string, longestWait: number, mode: BodyMode = "whole"): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, {
      ...init,
      headers: {
        accept: mode === "whole" ? "application/json" : "text/event-stream",
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
      },
    });
    const headers = new Headers(response.headers);
    if (askedWait(headers) > longestWait) headers.set("x-should-retry", "false");
    const { status, statusText } = response;
    if (mode === "stream" && response.ok && response.body !== null)
      return new Response(await begun(response.body, longestWait), { status, statusText, headers });
    const body = await response.arrayBuffer();
    const told = response.ok ? body : asError(body);
    return new Response(body.byteLength === 0 ? null : told, { status, statusText, headers });
  };
}

function asError(body: ArrayBuffer): ArrayBuffer | string {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof value === "object" && value !== null && !("error" in value))
      return JSON.stringify({ error: value });
  } catch {
    // A page of a proxy, say.
  }
  return body;
}

/** The same bytes, once the first of them are there. */
async function begun(
  body: ReadableStream<Uint8Array>,
  longestWait: number,
): Promise<ReadableStream<Uint8Array>> {
  const reader = body.getReader();
  const first = await reader.read();
  if (first.done) throw new TypeError("The stream is empty.");
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(first.value),
      async pull(controller) {
        const next = await within(longestWait, reader.read());
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return stream;
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { APIConnectionTimeoutError } = await import("openai");
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new APIConnectionTimeoutError()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds that the server asks to wait, in each of the three forms that the package obeys; or NaN. */
function askedWait(headers: Headers): number {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (!Number.isNaN(milliseconds)) return milliseconds;
  const after = headers.get("retry-after") ?? "";
  const seconds = Number.parseFloat(after);
  return Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1_000;
}

/**
 * A `fetch` for the `openai` package, which is otherwise wrong for us in three places:
 *
 * - It stops counting time when the headers are there. Here the answer is complete when it resolves, so that
 *   a body that stalls or breaks off is a time-out or a broken connection too, and is tried again.
 * - It sends what the environment asks for (`OPENAI_ORG_ID`, `OPENAI_CUSTOM_HEADERS`) and what this machine
 *   is to whatever server is configured. Here only what the request needs is sent.
 * - It waits as long as `Retry-After` says, be it a day. Here a longer wait than `longestWait` ends the
 *   attempts at once.
 *
 * @param apiKey sent as the bearer token.
 * @param longestWait milliseconds.
 */
export function modelFetch(apiKey: string, longestWait: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, {
      ...init,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
      },
    });
    const body = await response.arrayBuffer();
    const headers = new Headers(response.headers);
    if (askedWait(headers) > longestWait) headers.set("x-should-retry", "false");
    const { status, statusText } = response;
    return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
  };
}

/** Milliseconds that the server asks to wait, in each of the three forms that the package obeys; or NaN. */
function askedWait(headers: Headers): number {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (!Number.isNaN(milliseconds)) return milliseconds;
  const after = headers.get("retry-after") ?? "";
  const seconds = Number.parseFloat(after);
  return Number.isNaN(seconds) ? Date.parse(after) - Date.now() : seconds * 1_000;
}

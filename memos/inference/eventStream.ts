/** Characters of one event of a stream; a longer one is not an answer. */
export const EVENT_CHARACTERS = 4 * 1024 * 1024;

/** What ends a stream of completions. */
const END = "[DONE]";

/**
 * The JSON of server-sent events, wherever the network cuts them into pieces. Comments and the names of events
 * are passed over; `[DONE]` ends the stream, and so does the end of the bytes.
 *
 * @throws SyntaxError for what is not JSON, and for an event of more than {@link EVENT_CHARACTERS}.
 */
export async function* jsonEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void, undefined> {
  let data: string[] = [];
  let characters = 0;
  for await (const line of lines(body)) {
    if (line.startsWith("data:")) {
      characters += line.length;
      if (characters > EVENT_CHARACTERS) throw new SyntaxError("The event is too long.");
      data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    } else if (line === "" && data.length > 0) {
      const text = data.join("\n");
      if (text === END) return;
      data = [];
      characters = 0;
      yield JSON.parse(text);
    }
  }
  // Some servers leave out the empty line after the last event.
  if (data.length > 0 && data.join("\n") !== END) yield JSON.parse(data.join("\n"));
}

async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const text = decoder.decode(bytes, { stream: true });
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      yield withoutReturn(rest + text.slice(from, end));
      rest = "";
      from = end + 1;
    }
    rest += text.slice(from);
    if (rest.length > EVENT_CHARACTERS) throw new SyntaxError("The event is too long.");
  }
  yield withoutReturn(rest + decoder.decode());
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setImmediate, setTimeout } from "node:timers/promises";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Scope } from "../../../memcube/index.js";
import type { MemOS } from "../../../memos/index.js";
import type { Logger } from "../../../memos/logger.js";
import { MCP_LIMITS } from "./limits.js";
import { createMemoryServer } from "./mcpServer.js";

export interface StdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Anything but `output`, which belongs to the protocol. */
  readonly logger: Logger;
  /** Ends the server, as the end of the input does. */
  readonly stop: AbortSignal;
}

/**
 * Serves one host over standard input and output, until the input ends, the host is gone, or it is told to stop.
 * Calls that are under way get their answers first. The memory stays open.
 */
export async function serveStdio(
  memos: MemOS,
  scope: Scope,
  { input, output, logger, stop }: StdioOptions,
): Promise<void> {
  const { server, changes, idle } = createMemoryServer(memos, scope);
  const over = new AbortController();
  const end = () => over.abort();
  // A line that is no message, or too long a one: the protocol has its answer, and we a note of it.
  server.onerror = ({ name }) => logger.warn({ error: name }, "A message could not be read or answered.");
  server.onclose = end;
  server.oninitialized = () => {
    changes
      .follow(over.signal)
      .catch((error: unknown) => logger.warn({ error }, "Changes are not told any more."));
  };
  input.once("end", end).once("close", end);
  output.once("error", end).once("close", end);
  stop.addEventListener("abort", end, { once: true });
  await changes.begin();
  await server.connect(new StdioServerTransport(input, output));
  if (stop.aborted || input.readableEnded) end();
  if (!over.signal.aborted) await once(over.signal, "abort");
  // What came with the last bytes has begun by then.
  await setImmediate();
  await Promise.race([idle(), setTimeout(MCP_LIMITS.closeMs, undefined, { ref: false })]);
  await setImmediate();
  if (output.writableNeedDrain) await Promise.race([once(output, "drain"), setTimeout(MCP_LIMITS.closeMs)]);
  await server.close();
}

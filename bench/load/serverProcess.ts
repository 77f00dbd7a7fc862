import { monitorEventLoopDelay } from "node:perf_hooks";
import { createServer } from "../../api/index.js";
import { MemOS } from "../../memos/index.js";
import { endWithParent, sendLast } from "../process/parent.js";
import { syntheticTexts } from "../text.js";

/** What the server is told: `open` first, `watch` whenever the event loop is to be watched anew, `close` last. */
export type ServerOrder =
  | { readonly kind: "open"; readonly path: string; readonly memories: number; readonly user: string }
  | { readonly kind: "watch" }
  | { readonly kind: "close" };

export type ServerReply =
  | { readonly kind: "listening"; readonly address: string }
  | { readonly kind: "lag"; readonly p99ms: number; readonly maxMs: number }
  | { readonly kind: "closed" };

/** How exactly the event loop is watched; what is measured of it includes this much. */
const RESOLUTION_MS = 1;
const NANOSECONDS = 1e6;
/** The tenant of a request without a key, in development mode. */
const TENANT = "local";

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
}

async function open({ path, memories, user }: Extract<ServerOrder, { kind: "open" }>): Promise<void> {
  const memos = await MemOS.open({ path });
  await memos.addMany(syntheticTexts(memories, 0), { tenant: TENANT, user });
  const server = createServer(memos, { development: true });
  const { address } = await server.listen(0, "127.0.0.1");
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on("message", (order: ServerOrder) => {
    if (order.kind === "watch") {
      const lag: ServerReply = {
        kind: "lag",
        p99ms: delay.percentile(99) / NANOSECONDS,
        maxMs: delay.max / NANOSECONDS,
      };
      delay.reset();
      process.send?.(lag);
    } else if (order.kind === "close") {
      delay.disable();
      server.close().then(() => sendLast({ kind: "closed" } satisfies ServerReply), fail);
    }
  });
  process.send?.({ kind: "listening", address } satisfies ServerReply);
}

process.once("message", (order) => void open(order as Extract<ServerOrder, { kind: "open" }>).catch(fail));
endWithParent();

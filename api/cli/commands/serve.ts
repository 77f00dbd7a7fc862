import { once } from "node:events";
import type { Command } from "commander";
import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import { originsOf } from "../../crossOrigin.js";
import type { Server } from "../../index.js";
import { optionsOf, wholeNumber } from "../arguments.js";
import { rateLimit } from "../config.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print } from "../output.js";
import { openEngine, openStore, openTrainer, readerOf } from "../store.js";

const optionsSchema = z.object({
  port: wholeNumber(0, 65_535),
  host: z.string().min(1),
  dev: z.boolean().default(false),
  metrics: z.boolean().default(false),
  workers: z.boolean().default(true),
  rateLimit: z.string().optional(),
  corsOrigin: z.array(z.string()).default([]),
});

export function registerServe(program: Command): void {
  const command = program
    .command("serve")
    .summary("start the REST API")
    .description("Serves the store over HTTP until Ctrl-C. Requests need an API key (`memos keys create`).")
    .option("--port <number>", "port; 0 takes a free one", "7077")
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option("--dev", "answer without API keys, to this computer only")
    .option(
      "--rate-limit <rate>",
      "requests of one key, as 100/m or 20/10s (default: MEMOS_RATE_LIMIT, or none)",
    )
    .option("--cors-origin <url...>", "web sites whose pages may use this server, as https://app.example.com")
    .option("--metrics", "answer Prometheus at /metrics")
    .option(
      "--no-workers",
      "only answer: reading what is said, training and upkeep are left to `memos work` in another process",
    )
    .option(
      "--model <model>",
      "a GGUF file, or a name of `memos models list`, for /v1/chat and /v1/adapters (default: MEMOS_MODEL)",
    );
  withExample(command, "memos serve --dev", "memos keys create laptop && memos serve --port 8080");
  command.action(async () => {
    const { port, host, dev, metrics, corsOrigin, workers, ...given } = optionsOf(command, optionsSchema);
    const limit = rateLimit(given.rateLimit);
    originsOf(corsOrigin);
    const stop = interruption();
    const [{ pino }, { createServer }] = await Promise.all([import("pino"), import("../../index.js")]);
    const logger = pino({ level: "info" }, pino.destination({ dest: 2, sync: true }));
    const engine = await openEngine(command);
    const trainer = workers ? await openTrainer(command) : undefined;
    const memos = await openStore(command, {
      logger,
      ...(workers ? await readerOf(command, engine) : { upkeep: false }),
      ...(engine === undefined ? {} : { engine }),
      ...(trainer === undefined ? {} : { trainer }),
    });
    const server = createServer(memos, {
      development: dev,
      logger,
      metrics,
      corsOrigins: corsOrigin,
      ...(limit === undefined ? {} : { rateLimit: limit }),
    });
    try {
      const { address } = await listening(server, port, host);
      const keys = dev
        ? 0
        : (await memos.keys.list()).filter(({ revokedAt }) => revokedAt === undefined).length;
      print(command, { address, development: dev }, () => welcome(address, dev, keys));
      if (!stop.aborted) await once(stop, "abort");
    } finally {
      await server.close();
      await engine?.[Symbol.asyncDispose]();
    }
  });
}

async function listening(server: Server, port: number, host: string): Promise<{ address: string }> {
  try {
    return await server.listen(port, host);
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new MemosError(
      "INVALID_INPUT",
      `cannot listen on ${host}:${port}: ${cause.message}; choose another --port or --host.`,
      {
        cause,
      },
    );
  }
}

function welcome(address: string, dev: boolean, keys: number): string {
  const headers = `-H 'content-type: application/json'${dev ? "" : " -H 'authorization: Bearer KEY'"}`;
  const post = (path: string, body: object) =>
    `  curl -s ${address}${path} ${headers} \\\n    -d '${JSON.stringify(body)}'`;
  const scope = { user: "ana" };
  return [
    `memos is listening on ${address}`,
    ...(dev
      ? ["Development mode: no API keys, this computer only."]
      : keys === 0
        ? ["No API keys yet: create one with `memos keys create NAME`."]
        : []),
    "",
    "Remember something:",
    post("/v1/memories", { scope, input: "I moved to Lisbon in March." }),
    "",
    "Recall it:",
    post("/v1/recall", { scope, query: "where does Ana live?" }),
    "",
    "Read the documentation:",
    `  ${address}/docs`,
  ].join("\n");
}

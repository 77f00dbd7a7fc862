import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import {
  type HostConfiguration,
  hostConfiguration,
  MCP_HOSTS,
  type McpHost,
} from "../../dialects/mcp/install/hosts.js";
import type { Installed } from "../../dialects/mcp/install/install.js";
import { optionsOf, scopeOf, takeScope } from "../arguments.js";
import { settingsFolder } from "../config.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print } from "../output.js";
import { configurationOf, openEngine, openStore, readerOf } from "../store.js";

/** Under which name a host knows the server. */
const NAME = "memos";

const BINARY = fileURLToPath(new URL("../../../../bin/memos.mjs", import.meta.url));

export function registerMcp(program: Command): void {
  const mcp = program
    .command("mcp")
    .summary("MCP server on standard input and output")
    .description(
      "Serves the memory of a scope to one MCP host, over standard input and output, until the input ends. A host starts it by itself: `memos mcp install` tells it how. What it has to say besides goes to standard error.",
    );
  takeScope(mcp, ["user", "agent", "app", "session"]);
  withExample(mcp, "memos mcp --user ana", "memos mcp install --client claude --user ana");
  mcp.action(async () => {
    const scope = scopeOf(mcp);
    const stop = interruption();
    const [{ pino }, { serveStdio }] = await Promise.all([
      import("pino"),
      import("../../dialects/mcp/stdio.js"),
    ]);
    const logger = pino({ level: "warn" }, pino.destination({ dest: 2, sync: true }));
    const engine = configurationOf(mcp).controller === "model" ? await openEngine(mcp) : undefined;
    const memos = await openStore(mcp, { logger, ...(await readerOf(mcp, engine)) });
    try {
      await serveStdio(memos, scope, { input: process.stdin, output: process.stdout, logger, stop });
    } finally {
      await memos.close();
      await engine?.[Symbol.asyncDispose]();
    }
  });
  registerInstall(mcp);
}

const installSchema = z.object({
  client: z.enum(MCP_HOSTS).optional(),
  dryRun: z.boolean().default(false),
  embedder: z.string().optional(),
});

function registerInstall(mcp: Command): void {
  const command = mcp
    .command("install")
    .summary("tell MCP hosts about this memory")
    .description(
      "Writes the server into the configuration of a host: of the one that is named, else of each that is found. What is in it stays, and a copy of the file as it was is kept beside it. Restart the host afterwards.",
    )
    .addOption(new Option("--client <name>", `one of ${MCP_HOSTS.join(", ")}`).choices(MCP_HOSTS))
    .option("--dry-run", "show what would be written, and write nothing");
  takeScope(command, ["user", "agent", "app", "session"]);
  withExample(
    command,
    "memos mcp install --client claude --user ana --store ~/.memos",
    "memos mcp install --dry-run",
  );
  command.action(async () => {
    const { client, dryRun, embedder } = optionsOf(command, installSchema);
    const { tenant, user = userInfo().username, ...rest } = scopeOf(command);
    const args = [
      BINARY,
      "mcp",
      "--store",
      resolve(configurationOf(command).store),
      ...(embedder === undefined ? [] : ["--embedder", embedder]),
      ...Object.entries({ tenant, user, ...rest }).flatMap(([part, value]) =>
        value === undefined ? [] : [`--${part}`, value],
      ),
    ];
    const { install } = await import("../../dialects/mcp/install/install.js");
    const installed: (Installed & { host: McpHost; title: string })[] = [];
    for (const { host, configuration } of wantedHosts(client)) {
      const done = await install(NAME, { command: process.execPath, args }, configuration, {
        dryRun,
        now: new Date(),
      });
      installed.push({ host, title: configuration.title, ...done });
    }
    print(command, { operation: "mcp install", dryRun, installed }, () =>
      installed.map((done) => told(done, dryRun)).join("\n"),
    );
  });
}

function wantedHosts(client: McpHost | undefined): { host: McpHost; configuration: HostConfiguration }[] {
  const machine = { platform: process.platform, home: homedir(), settings: settingsFolder() };
  const known = MCP_HOSTS.map((host) => ({ host, configuration: hostConfiguration(host, machine) }));
  if (client !== undefined) return known.filter(({ host }) => host === client);
  const found = known.filter(({ configuration }) => existsSync(dirname(configuration.file)));
  if (found.length === 0)
    throw new MemosError(
      "INVALID_INPUT",
      `found none of ${known.map(({ configuration }) => configuration.title).join(", ")} here: name one with --client.`,
    );
  return found;
}

function told(
  { title, file, change, backup, entry }: Installed & { title: string },
  dryRun: boolean,
): string {
  if (change === "unchanged") return `${title}: ${file} starts it so already`;
  const head = `${title}: ${dryRun ? "would be" : ""} ${change} in ${file}`.replace("  ", " ");
  const kept = backup === undefined ? [] : [`  as it was: ${backup}`];
  return [head, ...kept, `  ${JSON.stringify({ [NAME]: entry })}`].join("\n");
}

import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import { hostConfiguration, MCP_HOSTS } from "../../../../api/dialects/mcp/install/hosts.js";
import { install } from "../../../../api/dialects/mcp/install/install.js";
import { MCP_LIMITS } from "../../../../api/dialects/mcp/limits.js";
import { isMemosError } from "../../../../memcube/index.js";
import { temporaryFolder } from "../../../memos/support.js";
import { memos } from "../../cli/memosProcess.js";

const SERVER = { command: "/usr/bin/node", args: ["memos.mjs", "mcp"] };
const NOW = { dryRun: false, now: new Date("2026-03-01T09:00:00Z") };

async function cursor(home: string, text?: string) {
  const configuration = hostConfiguration("cursor", { platform: "linux", home });
  if (text !== undefined) {
    await mkdir(dirname(configuration.file), { recursive: true });
    await writeFile(configuration.file, text);
  }
  return configuration;
}

test("each host has its file, on each system", () => {
  const files = (platform: NodeJS.Platform, settings?: string) =>
    MCP_HOSTS.map((host) => hostConfiguration(host, { platform, home: "/home/ana", settings }).file);
  assert.deepEqual(files("linux"), [
    "/home/ana/.config/Claude/claude_desktop_config.json",
    "/home/ana/.cursor/mcp.json",
    "/home/ana/.config/Code/User/mcp.json",
    "/home/ana/.codeium/windsurf/mcp_config.json",
  ]);
  const library = "/home/ana/Library/Application Support";
  assert.equal(files("darwin")[0], `${library}/Claude/claude_desktop_config.json`);
  assert.equal(files("darwin")[2], `${library}/Code/User/mcp.json`);
  assert.equal(files("win32", "/roaming")[2], "/roaming/Code/User/mcp.json");
});

test("a server is added beside the others, and the file as it was is kept", async (t) => {
  const text = '{\n\t"theme": "dark",\n\t"mcpServers": {\n\t\t"files": { "command": "npx" }\n\t}\n}';
  const configuration = await cursor(await temporaryFolder(t), text);
  await chmod(configuration.file, 0o640);
  const { change, backup } = await install("memos", SERVER, configuration, NOW);
  assert.equal(change, "added");
  const made = await readFile(configuration.file, "utf8");
  assert.deepEqual(JSON.parse(made), {
    theme: "dark",
    mcpServers: { files: { command: "npx" }, memos: SERVER },
  });
  assert.match(made, /^{\n\t"theme"/);
  assert.equal((await stat(configuration.file)).mode & 0o777, 0o640);
  assert.equal(await readFile(backup ?? "", "utf8"), text);
  assert.equal((await readdir(dirname(configuration.file))).length, 2, "nothing else is left behind");
});

test("a configuration that is not there, or empty, is made, for its owner alone", async (t) => {
  const configuration = await cursor(await temporaryFolder(t));
  const { change, backup } = await install("memos", SERVER, configuration, NOW);
  assert.deepEqual([change, backup], ["added", undefined]);
  assert.deepEqual(JSON.parse(await readFile(configuration.file, "utf8")), { mcpServers: { memos: SERVER } });
  assert.equal((await stat(configuration.file)).mode & 0o777, 0o600);
  const empty = await cursor(await temporaryFolder(t), "");
  assert.equal((await install("memos", SERVER, empty, NOW)).change, "added");
});

test("an entry of ours is brought up to date and keeps what somebody has added; the same once more changes nothing", async (t) => {
  const env = { MEMOS_VAULT_KEY_FILE: "/home/ana/key" };
  const configuration = await cursor(
    await temporaryFolder(t),
    JSON.stringify({ mcpServers: { memos: { command: "old", args: [], env } } }),
  );
  const { change } = await install("memos", SERVER, configuration, NOW);
  assert.equal(change, "replaced");
  const made = await readFile(configuration.file, "utf8");
  assert.deepEqual(JSON.parse(made).mcpServers.memos, { ...SERVER, env });
  const again = await install("memos", SERVER, configuration, NOW);
  assert.deepEqual([again.change, again.backup], ["unchanged", undefined]);
  assert.equal(await readFile(configuration.file, "utf8"), made);
});

for (const [what, text] of Object.entries({
  "not JSON": "{ mcpServers: ",
  "JSON with comments": '{ // mine\n "mcpServers": {} }',
  "too large": `{ "x": "${"x".repeat(MCP_LIMITS.configurationBytes)}" }`,
  "a list": "[]",
  "servers that are a list": '{ "mcpServers": [] }',
  "an entry that is a text": '{ "mcpServers": { "memos": "x" } }',
}))
  test(`a configuration that is ${what} is refused and stays as it is`, async (t) => {
    const configuration = await cursor(await temporaryFolder(t), text);
    await assert.rejects(
      () => install("memos", SERVER, configuration, NOW),
      (error) => isMemosError(error, "INVALID_INPUT"),
    );
    assert.equal(await readFile(configuration.file, "utf8"), text);
    assert.deepEqual(await readdir(dirname(configuration.file)), [basename(configuration.file)]);
  });

test("a configuration that is linked to stays where it is", async (t) => {
  const home = await temporaryFolder(t);
  const configuration = await cursor(home);
  const real = join(home, "dotfiles.json");
  await writeFile(real, "{}");
  await mkdir(dirname(configuration.file), { recursive: true });
  await symlink(real, configuration.file);
  await install("memos", SERVER, configuration, NOW);
  assert.equal(await readlink(configuration.file), real);
  assert.deepEqual(JSON.parse(await readFile(real, "utf8")), { mcpServers: { memos: SERVER } });
});

const installedSchema = z.object({
  installed: z.array(
    z.object({
      host: z.string(),
      file: z.string(),
      change: z.string(),
      entry: z.object({ command: z.string(), args: z.array(z.string()) }),
    }),
  ),
});

test("the command installs into every host that is found, and what it writes starts a server", async (t) => {
  const home = await temporaryFolder(t);
  const environment = { HOME: home, XDG_CONFIG_HOME: "" };
  const none = await memos(["mcp", "install"], { environment });
  assert.equal(none.status, 1);
  assert.match(none.stderr, /found none of Claude Desktop, Cursor/);
  await mkdir(join(home, ".cursor"));
  await mkdir(join(home, ".config", "Code", "User"), { recursive: true });
  const args = ["mcp", "install", "--user", "ana", "--store", join(home, "store"), "--json"];
  const planned = await memos([...args, "--dry-run"], { environment });
  assert.equal(planned.status, 0, planned.stderr + planned.stdout);
  assert.deepEqual(await readdir(join(home, ".cursor")), []);
  const { status, stdout } = await memos(args, { environment });
  assert.equal(status, 0);
  const { installed } = installedSchema.parse(JSON.parse(stdout));
  assert.deepEqual(
    installed.map(({ host }) => host),
    ["cursor", "vscode"],
  );
  const { servers } = JSON.parse(await readFile(installed[1]?.file ?? "", "utf8"));
  assert.equal(servers.memos.type, "stdio");
  const client = new Client({ name: "a host", version: "1" });
  await client.connect(
    new StdioClientTransport({ command: servers.memos.command, args: servers.memos.args, stderr: "ignore" }),
  );
  await client.callTool({ name: "remember", arguments: { text: "The otter sleeps." } });
  await client.close();
  const found = await memos(["search", "otter", "--user", "ana", "--store", join(home, "store")]);
  assert.match(found.stdout, /otter/);
});

test("a host that nobody knows is wrong use", async () => {
  assert.equal((await memos(["mcp", "install", "--client", "emacs"])).status, 2);
});

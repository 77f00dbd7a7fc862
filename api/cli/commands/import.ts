import type { Command } from "commander";
import * as z from "zod";
import { loadLocomo } from "../../../eval/locomo/format.js";
import type { MemOS } from "../../../memos/index.js";
import type { GraphReport } from "../../dialects/mcp/importGraph.js";
import { argumentOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { counted, print } from "../output.js";
import type { ChatSource } from "../portable/chats/importChats.js";
import type { SkippedReason } from "../portable/chats/skips.js";
import { importLines, type LinesReport } from "../portable/importLines.js";
import { importLocomo, type LocomoImportReport } from "../portable/importLocomo.js";
import { openLines, openTextLines } from "../portable/readLines.js";
import { type Progress, withProgress } from "../progress.js";
import { withStore } from "../store.js";

const SHOWN_REASONS = 10;

export function registerImport(program: Command): void {
  const command = program
    .command("import")
    .summary("remember what is in a file")
    .description("Remembers everything in a file of a known format.");
  withExample(command, "memos import jsonl ana.jsonl --user ana");
  registerJsonl(command);
  registerLocomo(command);
  registerMcpJsonl(command);
  registerMem0(command);
  registerChats(command, "chatgpt", "ChatGPT", "Of answers that were asked for again, the last one is kept.");
  registerChats(command, "claude", "Claude", "Attachments are not read.");
}

function registerJsonl(parent: Command): void {
  const command = parent
    .command("jsonl")
    .summary("one JSON object per line")
    .description(
      'Each line is a memory ({"text": "…", …}, a chat message or a JSON string) or a cube from `memos export`, ' +
        "which keeps its id and versions. Lines that are neither are reported by number, the others are " +
        "imported, and the exit status is 1.",
    )
    .argument("<file>", "the file");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos import jsonl ana.jsonl --user ana");
  command.action(async (given: string) => {
    const scope = scopeOf(command);
    const lines = await openLines(argumentOf("FILE", given, z.string().min(1)));
    const report = await imported(command, (memos, progress, signal) =>
      importLines(memos, lines, scope, {
        signal,
        onLine: (line) => progress.update("line", line),
      }),
    );
    print(command, { operation: "import", format: "jsonl", ...report }, () => linesText(report));
    if (report.rejected.length > 0) process.exitCode = 1;
  });
}

function registerLocomo(parent: Command): void {
  const command = parent
    .command("locomo")
    .summary("conversations in LoCoMo's format")
    .description("Each turn is a memory; each conversation belongs to the user named by its sample_id.")
    .argument("<file>", "the file");
  takeScope(command, []);
  withExample(command, "memos import locomo locomo.json", 'memos recall "who runs?" --user conv-26');
  command.action(async (given: string) => {
    const { tenant } = scopeOf(command);
    const conversations = await loadLocomo(argumentOf("FILE", given, z.string().min(1)));
    const report = await imported(command, (memos, progress, signal) =>
      importLocomo(memos, conversations, tenant, {
        signal,
        onTurn: (done, total) => progress.update("turns", done, total),
      }),
    );
    print(command, { operation: "import", format: "locomo", ...report }, () => locomoText(report));
  });
}

function registerMcpJsonl(parent: Command): void {
  const command = parent
    .command("mcp-jsonl")
    .summary("the file of the reference MCP memory server")
    .description(
      "Entities with their observations, and relations, become memories of the graph that `memos mcp` serves. " +
        "What is there already is not written again. Lines and observations that are no good are reported by " +
        "number, the others are imported, and the exit status is 1.",
    )
    .argument("<file>", "the file, as memory.jsonl");
  takeScope(command, ["user", "agent"]);
  withExample(command, "memos import mcp-jsonl memory.jsonl --user ana");
  command.action(async (given: string) => {
    const scope = scopeOf(command);
    const lines = await openTextLines(argumentOf("FILE", given, z.string().min(1)));
    const { importGraph } = await import("../../dialects/mcp/importGraph.js");
    const report = await imported(command, (memos, progress, signal) =>
      importGraph(memos, lines, scope, { signal, onLine: (line) => progress.update("line", line) }),
    );
    print(command, { operation: "import", format: "mcp-jsonl", ...report }, () => graphText(report));
    if (report.rejected.length > 0) process.exitCode = 1;
  });
}

function registerMem0(parent: Command): void {
  const command = parent
    .command("mem0")
    .summary("memories of mem0")
    .description(
      "A list of mem0's memories, {results: […]}, or one a line, as its API and exports give them. Whose they are is " +
        "what the file says, or where it says nothing, the options. What is there from an import before is not " +
        "written again.",
    )
    .argument("<file>", "the file");
  takeScope(command, ["user", "agent", "app", "session"]);
  withExample(command, "memos import mem0 memories.json --user ana");
  command.action(async (given: string) => {
    const scope = scopeOf(command);
    const path = argumentOf("FILE", given, z.string().min(1));
    const { importMem0 } = await import("../portable/chats/importMem0.js");
    const report = await imported(command, (memos, progress, signal) =>
      importMem0(memos, path, scope, {
        signal,
        onMemory: (done, total) => progress.update("memories", done, total),
      }),
    );
    print(command, { operation: "import", format: "mem0", ...report }, () => onceText(report));
  });
}

function registerChats(parent: Command, source: ChatSource, name: string, beside: string): void {
  const command = parent
    .command(source)
    .summary(`the data export of ${name}`)
    .description(
      `The zip file of a data export of ${name}, or the conversations.json in it. Each conversation is a session, ` +
        `each message a memory with its role and time. ${beside} What is there from an import before is not written ` +
        "again; what is passed over is told by reason.",
    )
    .argument("<file>", "the zip file, or conversations.json");
  takeScope(command, ["user", "agent", "app"], "user");
  withExample(command, `memos import ${source} export.zip --user ana`);
  command.action(async (given: string) => {
    const scope = scopeOf(command);
    const path = argumentOf("FILE", given, z.string().min(1));
    const [{ openExport }, { importChats }] = await Promise.all([
      import("../portable/chats/openExport.js"),
      import("../portable/chats/importChats.js"),
    ]);
    const open = await openExport(path);
    const report = await imported(command, (memos, progress, signal) =>
      importChats(memos, source, open, scope, {
        signal,
        onConversation: (done, total) => progress.update("conversations", done, total),
      }),
    );
    print(command, { operation: "import", format: source, ...report }, () =>
      [`${counted(report.conversations, "conversation", "conversations")}:`, onceText(report)].join(" "),
    );
  });
}

async function imported<T>(
  command: Command,
  task: (memos: MemOS, progress: Progress, signal: AbortSignal) => Promise<T>,
): Promise<T & { milliseconds: number }> {
  const signal = interruption();
  const started = performance.now();
  const report = await withProgress((progress) =>
    withStore(command, (memos) => task(memos, progress, signal)),
  );
  return { ...report, milliseconds: performance.now() - started };
}

function linesText({ added, duplicates, skipped, rejected }: LinesReport): string {
  return [
    `imported ${counted(added, "memory", "memories")}${duplicates > 0 ? `, ${duplicates} of them repeat another` : ""}`,
    ...firstOf([
      ...rejected.map(({ line, reason }) => `line ${line}: ${reason}`),
      ...skipped.map(({ line, reason }) => `line ${line} skipped: ${reason}`),
    ]),
  ].join("\n");
}

function graphText({ entities, observations, relations, present, rejected, remarks }: GraphReport): string {
  return [
    `imported ${counted(entities, "entity", "entities")}, ${counted(observations, "observation", "observations")}, ${counted(relations, "relation", "relations")}; ${present} were there already`,
    ...firstOf([...rejected.map(({ line, reason }) => `line ${line}: ${reason}`), ...remarks]),
  ].join("\n");
}

function onceText(report: {
  readonly added: number;
  readonly present: number;
  readonly skipped: readonly SkippedReason[];
}): string {
  const { added, present, skipped } = report;
  return [
    `imported ${counted(added, "memory", "memories")}; ${present} were there already`,
    ...firstOf(
      skipped.map(({ reason, count, first }) => `passed over ${count}: ${reason} (the first is ${first})`),
    ),
  ].join("\n");
}

function firstOf(reasons: readonly string[]): string[] {
  const rest = reasons.length - SHOWN_REASONS;
  return [...reasons.slice(0, SHOWN_REASONS), ...(rest > 0 ? [`and ${rest} lines more`] : [])];
}

function locomoText({ added, conversations }: LocomoImportReport): string {
  const users = conversations.map(({ user, added: turns }) => `  --user ${user}  ${turns} turns`);
  return [`imported ${counted(added, "turn", "turns")}`, ...users].join("\n");
}

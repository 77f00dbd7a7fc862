import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import * as z from "zod";
import { cubeTypeSchema, MemosError } from "../../../memcube/index.js";
import type { NewMemory, WriteReceipt } from "../../../memos/index.js";
import { optionsOf, scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { print } from "../output.js";
import { withStore } from "../store.js";
import { UsageError } from "../usageError.js";

export function registerAdd(program: Command): void {
  const command = program
    .command("add")
    .summary("remember a text")
    .description("Remembers a text word for word. It can be found as soon as the command ends.")
    .argument("[text]", "what to remember; - reads it from standard input")
    .option("--file <path>", "remember a text file, as a document")
    .addOption(
      new Option("--type <type>", "what kind of memory it is").choices(
        cubeTypeSchema.options.filter((type) => type !== "vault"),
      ),
    )
    .option(
      "--secret-file <path>",
      "keep this file's content in the vault, encrypted; the text is its caption (- reads standard input)",
    );
  takeScope(command, ["user", "agent", "session"], "user");
  withExample(command, 'memos add "Ana lives in Lisbon." --user ana', "memos add --file notes.md --user ana");
  command.action(async (given: string | undefined) => {
    const { file, secretFile, type } = optionsOf(
      command,
      z.object({
        file: z.string().optional(),
        secretFile: z.string().optional(),
        type: cubeTypeSchema.exclude(["vault"]).optional(),
      }),
    );
    const scope = scopeOf(command);
    const said = await memoryFrom(given, file);
    const memory =
      secretFile === undefined
        ? { ...said, ...(type === undefined ? {} : { type }) }
        : { ...said, type: "vault" as const, secret: await secretFrom(secretFile) };
    const receipt = await withStore(command, (memos) => memos.add(memory, scope));
    print(command, receipt, () => receiptText(receipt));
  });
}

async function memoryFrom(given: string | undefined, file: string | undefined): Promise<NewMemory> {
  if (given !== undefined && file !== undefined) throw new UsageError("give a text or --file, not both.");
  if (file !== undefined) {
    const bytes = await readFile(file).catch((cause: Error) => {
      throw new MemosError("INVALID_INPUT", `cannot read ${file}: ${cause.message}`, { cause });
    });
    return { text: decoded(bytes, file), origin: "document", title: basename(file) };
  }
  if (given === undefined) throw new UsageError("give a text, --file FILE, or - for standard input.");
  if (given === "-") return { text: await text(process.stdin) };
  if (given.trim() === "") throw new UsageError("the text is empty.");
  return { text: given };
}

/** Never an argument: those can be seen by every process of the machine. */
async function secretFrom(file: string): Promise<string> {
  const value = file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  return value.replace(/\r?\n$/, "");
}

function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new MemosError("INVALID_INPUT", `${file} is not UTF-8 text.`, { cause });
  }
}

function receiptText({ written, skipped }: WriteReceipt): string {
  return [
    ...written.map(({ id, type, duplicateOf }) =>
      duplicateOf === undefined
        ? `remembered ${id} (${type})`
        : `remembered ${id} (${type}), which says the same as ${duplicateOf}`,
    ),
    ...skipped.map(({ reason }) => `not remembered: ${reason}`),
  ].join("\n");
}

import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import * as z from "zod";
import { cubeIdSchema, isMemosError, MemosError } from "../../../memcube/index.js";
import { LIMITS } from "../../../memcube/limits.js";
import { ANSWER_TOKENS, chatMessageTextSchema, chatOptionsSchema } from "../../../memos/chat/operations.js";
import type { ChatReceipt, MemOS } from "../../../memos/index.js";
import { ADAPTER_LIMITS } from "../../../memos/parametric/limits.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { reportFailure } from "../failure.js";
import { counted, print, wantsJson } from "../output.js";
import { withStoreAndModel } from "../store.js";

/** `none`, or ids with commas between them. */
const adaptersSchema = z
  .string()
  .transform((typed) => (typed === "none" ? [] : typed.split(",").map((id) => id.trim())))
  .pipe(z.array(cubeIdSchema).max(ADAPTER_LIMITS.attached));

const optionsSchema = z.object({
  budget: wholeNumber(0, LIMITS.contextTokens),
  maxTokens: wholeNumber(1, ANSWER_TOKENS),
  temperature: z.coerce.number().min(0).max(2),
  instructions: chatOptionsSchema.shape.instructions,
  remember: z.boolean().default(true),
  tools: z.boolean().default(false),
  adapters: adaptersSchema.optional(),
});

/** Where a session begins when none is named: a new one at each start. */
const newSession = () => `chat-${new Date().toISOString().replace(/[:.]/g, "-")}`;

export function registerChat(program: Command): void {
  const command = program
    .command("chat")
    .summary("talk to a model that remembers")
    .description(
      "Talks to a language model with the memory of a user: what bears on the topic and the time of each message is recalled, what prompts begin with comes from compiled states, and both sides are remembered. Without a message it goes on until an empty line or Ctrl-D.",
    )
    .argument("[message]", "one message; - reads it from standard input")
    .option(
      "--model <model>",
      "a GGUF file, or a name of `memos models list` (default: MEMOS_MODEL, else the small one of the package; MEMOS_MODEL_URL names a server)",
    )
    .option("--budget <tokens>", "tokens of what is recalled for a message", "800")
    .option("--max-tokens <tokens>", "tokens of an answer", "512")
    .option("--temperature <number>", "0 takes the most probable token each time", "0")
    .option("--instructions <text>", "what the model is told before its memory")
    .option("--no-remember", "remember neither the messages nor the answers")
    .option("--tools", "let the model search, open, remember and forget memories by itself")
    .option("--adapters <ids>", "answer under these adapters instead of those that are attached, or none");
  takeScope(command, ["user", "agent", "session"], "user");
  withExample(command, 'memos chat "Where do I live?" --user ana', "memos chat --user ana --model qwen.gguf");
  command.action(async (given: string | undefined) => {
    const options = optionsOf(command, optionsSchema);
    const { session = newSession(), ...scope } = scopeOf(command);
    const wanted = { ...options, session };
    const typed = given === "-" ? await readAll() : given;
    const message = typed === undefined ? undefined : argumentOf("MESSAGE", typed, chatMessageTextSchema);
    await withStoreAndModel(
      command,
      async (memos) => {
        const say = async (text: string) => {
          const receipt = await said(memos, text, scope, wanted, !wantsJson(command));
          if (wantsJson(command)) print(command, receipt, () => "");
          else process.stderr.write(`\n${[receiptLine(receipt), ...warningLines(receipt)].join("\n")}\n`);
        };
        await (message === undefined ? converse(say, wantsJson(command)) : say(message));
      },
      { reads: true },
    );
  });
}

type Wanted = z.output<typeof optionsSchema> & { readonly session: string };

async function readAll(): Promise<string> {
  const { text } = await import("node:stream/consumers");
  return (await text(process.stdin)).trim();
}

/** A line is a message; one that fails does not end the conversation. */
async function converse(say: (message: string) => Promise<void>, json: boolean): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: "> " });
  // A terminal gives Ctrl-C to whoever reads lines: it ends the answer that is under way, else the conversation.
  lines.on("SIGINT", () => {
    if (!process.emit("SIGINT")) lines.close();
  });
  lines.prompt();
  for await (const line of lines) {
    if (line.trim() === "") break;
    try {
      await say(line);
    } catch (error) {
      if (!isMemosError(error) || error.code === "CLOSED") throw error;
      reportFailure(error, json);
    }
    lines.prompt();
  }
  lines.close();
}

/** Asks, and writes the answer as it comes. The first Ctrl-C ends the answer. */
async function said(
  memos: MemOS,
  message: string,
  scope: Parameters<MemOS["chat"]>[1],
  wanted: Wanted,
  shown: boolean,
): Promise<ChatReceipt> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new MemosError("ABORTED", "stopped by SIGINT."));
  process.once("SIGINT", interrupt);
  try {
    const { chatAgent } = await import("../../../agents/chat/index.js");
    for await (const event of chatAgent(memos).say(message, scope, { ...wanted, signal: stop.signal })) {
      if (event.kind === "text" && shown) process.stdout.write(event.text);
      if (event.kind === "call" && shown) process.stderr.write(`${callLine(event.call)}\n`);
      if (event.kind === "end") return event.receipt;
    }
    throw new MemosError("MODEL_FAILED", "The model stopped without an end.");
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}

function callLine({ name, error }: ChatReceipt["tools"]["calls"][number]): string {
  return `· ${name}${error === undefined ? "" : `: ${error}`}`;
}

/** What was not as it should be; the answer is there all the same. */
function warningLines({ warnings }: ChatReceipt): string[] {
  return warnings.map(({ message }) => `· ${message}`);
}

function receiptLine(receipt: ChatReceipt): string {
  const { tokens, block, recalled, focus, adapters, firstTokenMs, milliseconds } = receipt;
  const served = [
    ...(tokens.restored > 0 ? [`${tokens.restored} restored (${block.state})`] : []),
    ...(tokens.reused > 0 ? [`${tokens.reused} reused`] : []),
    `${tokens.prefilled} evaluated`,
  ].join(", ");
  const missed = block.miss === undefined ? "" : ` · not restored: ${block.miss}`;
  return [
    `· prompt of ${counted(tokens.prompt, "token", "tokens")}: ${served}`,
    `${tokens.generated} generated`,
    `first after ${Math.round(firstTokenMs)} ms, all after ${Math.round(milliseconds)} ms`,
    `${counted(block.memories, "memory", "memories")} in the block, ${recalled.length} recalled${missed}`,
    ...(focus?.time === undefined
      ? []
      : [`"${focus.time.text}": from ${focus.time.from} to ${focus.time.to}`]),
    ...adapters.map(({ id, memories }) => `${counted(memories, "memory", "memories")} in adapter ${id}`),
  ].join(" · ");
}

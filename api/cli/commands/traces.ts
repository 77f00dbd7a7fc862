import type { Command } from "commander";
import * as z from "zod";
import type { MadeAgain, Replay } from "../../../agents/controller/replay.js";
import type { Reading, Related, Why } from "../../../agents/controller/why.js";
import { sha256Schema } from "../../../memcube/hash.js";
import { cubeIdSchema, LIMITS, textOf } from "../../../memcube/index.js";
import type { Trace } from "../../../memos/index.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, oneLine, print, table } from "../output.js";
import { openEngine, withStoreToRead } from "../store.js";

const EXAMPLE_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
const EXAMPLE_TRACE = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

export function registerWhy(program: Command): void {
  const command = program
    .command("why")
    .summary("tell why something was remembered, and what became of it")
    .description(
      "Tells why a memory is here: what it was made of, when and by whom, what was made of it, and what was not and why.",
    )
    .argument("<id>", "its id");
  takeScope(command, ["user", "agent", "session"], "user");
  withExample(command, `memos why ${EXAMPLE_ID} --user ana`);
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, cubeIdSchema);
    const scope = scopeOf(command);
    const { why } = await import("../../../agents/controller/why.js");
    const answer = await withStoreToRead(command, (memos) => why(memos, id, scope));
    print(command, answer, () => explained(answer));
  });
}

export function registerTraces(program: Command): void {
  const traces = program
    .command("traces")
    .summary("what was decided about new memories")
    .description("Shows what the controller decided about batches of new memories, and why.");
  withExample(traces, "memos traces list --user ana");
  registerList(traces);
  registerShow(traces);
  registerReplay(traces);
}

const listOptionsSchema = z.object({
  cube: cubeIdSchema.optional(),
  limit: wholeNumber(1, LIMITS.results),
  cursor: z.string().max(64).optional(),
});

function registerList(parent: Command): void {
  const command = parent
    .command("list")
    .description("Lists traces, the newest first.")
    .option("--cube <id>", "only those about this memory")
    .option("--limit <count>", "how many at most", "20")
    .option("--cursor <cursor>", "go on where the page before ended");
  takeScope(command, ["user"]);
  withExample(command, "memos traces list --user ana", `memos traces list --user ana --cube ${EXAMPLE_ID}`);
  command.action(async () => {
    const options = optionsOf(command, listOptionsSchema);
    const scope = scopeOf(command);
    const page = await withStoreToRead(command, (memos) => memos.traces.list(scope, options));
    print(command, page, () => {
      if (page.traces.length === 0) return "no traces";
      const rows = page.traces.map((trace) => [
        trace.at.slice(0, 19),
        trace.by,
        trace.read.length,
        trace.made.length,
        trace.refused.length,
        trace.id,
      ]);
      const shown = table(["at", "by", "read", "made", "refused", "trace"], rows);
      return page.cursor === undefined ? shown : `${shown}\nmore with --cursor ${page.cursor}`;
    });
  });
}

function registerShow(parent: Command): void {
  const command = parent
    .command("show")
    .description("Shows one trace: what was read, made and refused.")
    .argument("<trace>", "its id, from `memos traces list`");
  takeScope(command, ["user"]);
  withExample(command, `memos traces show ${EXAMPLE_TRACE} --user ana`);
  command.action(async (given: string) => {
    const id = argumentOf("TRACE", given, sha256Schema);
    const scope = scopeOf(command);
    const trace = await withStoreToRead(command, (memos) => memos.traces.get(id, scope));
    print(command, trace, () => shown(trace));
  });
}

function registerReplay(parent: Command): void {
  const command = parent
    .command("replay")
    .description(
      "Decides once more, by the rules of today or by a model, about what a trace has read, and writes nothing.",
    )
    .argument("<trace>", "its id, from `memos traces list`")
    .option(
      "--model <model>",
      "a GGUF file, or a name of `memos models list`, to decide in the place of rules",
    );
  takeScope(command, ["user"]);
  withExample(command, `memos traces replay ${EXAMPLE_TRACE} --user ana`);
  command.action(async (given: string) => {
    const id = argumentOf("TRACE", given, sha256Schema);
    const { model: named } = optionsOf(command, z.object({ model: z.string().optional() }));
    const scope = scopeOf(command);
    const { replay } = await import("../../../agents/controller/replay.js");
    const { EngineChatModel } = await import("../../../memos/inference/index.js");
    const engine = named === undefined ? undefined : await openEngine(command);
    try {
      const options = engine === undefined ? {} : { model: new EngineChatModel(engine) };
      const result = await withStoreToRead(command, (memos) => replay(memos, id, scope, options));
      print(command, result, () => replayed(result));
    } finally {
      await engine?.[Symbol.asyncDispose]();
    }
  });
}

function replayed({ made, again, same, refused, gone, by }: Replay): string {
  const line = (sign: string) => (one: MadeAgain) =>
    `${sign} ${one.type}: ${one.text === undefined ? "(forgotten since)" : oneLine(one.text)}`;
  return [
    ...made.map(line("then")),
    ...again.map(line("now ")),
    ...refused.map(({ what, reason }) => `not ${what}: ${reason}`),
    ...(gone.length === 0
      ? []
      : [`${counted(gone.length, "memory", "memories")} of what was read is forgotten since`]),
    same ? `by ${by}: the same` : `by ${by}: not the same`,
  ].join("\n");
}

function shown({ id, at, by, read, made, refused, llmCalls, llmTokens, milliseconds }: Trace): string {
  return [
    `trace ${id}`,
    `${at} by ${by}, ${counted(llmCalls, "call", "calls")}, ${counted(llmTokens, "token", "tokens")}, ${milliseconds.toFixed(1)} ms`,
    ...read.map(
      ({ cube, version, types, reason }) =>
        `read ${cube} at version ${version}: ${typesText(types)}${reason === undefined ? "" : `. ${reason}`}`,
    ),
    ...made.map(
      ({ operation, cube, type, from }) => `${DONE[operation]} ${cube} (${type}), of ${from.join(", ")}`,
    ),
    ...refused.map(({ what, reason, from }) => `not ${what}: ${reason} (${from.join(", ")})`),
  ].join("\n");
}

const DONE: Readonly<Record<Trace["made"][number]["operation"], string>> = {
  add: "made",
  type: "took for another type",
  archive: "put into the archive",
  forget: "forgot",
};

function explained({ cube, readings, sources, versions }: Why): string {
  const { origin, actor, model } = cube.provenance;
  const first = versions[0];
  const said = (textOf(cube) ?? cube.payload.kind).trim();
  const told = readings.flatMap(readingLines);
  return [
    `${cube.type} ${cube.id}: ${oneLine(said)}`,
    ...(told.length > 0
      ? told
      : [
          "No trace tells of it: it waits to be read (`memos read`), was written without the controller, or was read more than 90 days ago.",
        ]),
    `Written on ${cube.time.recordedAt.slice(0, 16)} by ${actor} (${origin}${model === undefined ? "" : `, ${model}`})${
      first === undefined || first.cause === "" ? "" : `: ${oneLine(first.cause)}`
    }.`,
    ...(sources.length === 0 || readings.some(({ made }) => made.length > 0)
      ? []
      : [`It names as its sources ${sources.map(relatedText).join("; ")}.`]),
    ...versions
      .slice(1)
      .map(
        ({ version, operation, actor: who, recordedAt, cause }) =>
          `Version ${version} on ${recordedAt.slice(0, 16)}: ${operation} by ${who}${cause === "" ? "" : `, ${oneLine(cause)}`}.`,
      ),
  ].join("\n");
}

function readingLines({ at, by, read, made, became, refused }: Reading): string[] {
  const when = `on ${at.slice(0, 16)} by ${by}`;
  return [
    ...made.map(({ operation, type, from }) =>
      operation === "add"
        ? `Remembered as ${type} because of ${from.map(relatedText).join("; ")}: made ${when}.`
        : operation === "type"
          ? `Taken for ${type} ${when}, because of what it says.`
          : `${operation === "archive" ? "Put into the archive" : "Forgotten"} ${when}, because of ${from.map(relatedText).join("; ")}.`,
    ),
    ...(read === undefined ? [] : [`Read ${when}: ${typesText(read.types)}.`]),
    ...became.map(({ operation, type, memory }) =>
      operation === "add"
        ? `It became ${type}: ${relatedText(memory)}.`
        : `For it, ${type} ${relatedText(memory)} ${operation === "archive" ? "went into the archive" : "was changed"}.`,
    ),
    ...(read?.reason === undefined ? [] : [`Nothing more was made of it: ${read.reason}`]),
    ...refused.map(({ what, reason }) => `Not made of it: ${what}, because: ${reason}`),
  ];
}

function typesText(types: readonly string[]): string {
  return types.length === 0 ? "of no type of its own" : `taken for ${types.join(", ")}`;
}

/** Of a memory that is gone or of another scope, the id alone. */
function relatedText({ id, text }: Related): string {
  return text === undefined ? `memory ${id}, which cannot be seen here` : `“${oneLine(text, 60)}” (${id})`;
}

import type { Command } from "commander";
import { MemosError } from "../../../memcube/index.js";
import type { Logger, ReaderMaker, Trace } from "../../../memos/index.js";
import { SILENT } from "../../../memos/logger.js";
import { withExample } from "../example.js";
import { counted, print } from "../output.js";
import { configurationOf, openEngine, readerOf, withExistingStore } from "../store.js";

export function registerRead(program: Command): void {
  const command = program
    .command("read")
    .summary("make typed memories of what waits to be read")
    .option(
      "--model <model>",
      "a GGUF file, or a name of `memos models list`, for MEMOS_CONTROLLER=model (default: MEMOS_MODEL)",
    )
    .description(
      "Reads what was said since the last time, of everybody, and makes typed memories of it: by rules, or with MEMOS_CONTROLLER=model by the model that is named, in one call a batch. Commands that end at once leave this to `memos serve`, `memos chat` and this command. `memos why` tells what became of a memory.",
    );
  withExample(command, 'memos add "I\'m a vegetarian." --user ana && memos read');
  command.action(async () => {
    const { controller } = await import("../../../agents/controller/controller.js");
    const traces: Trace[] = [];
    const failures: unknown[] = [];
    const logger: Logger = {
      ...SILENT,
      warn: (fields) => {
        if ("error" in fields) failures.push(fields.error);
      },
    };
    const engine = configurationOf(command).controller === "model" ? await openEngine(command) : undefined;
    try {
      const { model } = await readerOf(command, engine);
      await withExistingStore(command, (memos) => memos.settled({ hurry: true }), {
        reader: noting(controller(), traces),
        ...(model === undefined ? {} : { model }),
        logger,
      });
    } finally {
      await engine?.[Symbol.asyncDispose]();
    }
    const [cause] = failures;
    if (cause !== undefined)
      throw new MemosError("INTERNAL", "Not all that waits could be read; it is stored, and waits still.", {
        cause,
      });
    const count = (part: "read" | "made" | "refused") =>
      traces.reduce((sum, trace) => sum + trace[part].length, 0);
    const outcome = {
      read: count("read"),
      made: count("made"),
      refused: count("refused"),
      traces: traces.map(({ id }) => id),
    };
    print(command, outcome, () =>
      outcome.read === 0
        ? "nothing was read: nothing waits, or another process is at it"
        : `read ${counted(outcome.read, "memory", "memories")}: made or changed ${outcome.made}, refused ${outcome.refused}`,
    );
  });
}

/** The same reader, which waits for no more messages; the trace of each batch is noted. */
function noting(maker: ReaderMaker, traces: Trace[]): ReaderMaker {
  return (memos, write) => {
    const reader = maker(memos, write);
    return {
      batch: reader.batch,
      read: async (reading) => {
        const before = new Date().toISOString();
        const result = await reader.read(reading);
        for (const { tenant, user } of reading.cubes.slice(0, 1).map(({ scope }) => scope)) {
          const owner = { tenant, ...(user === undefined ? {} : { user }) };
          const [newest] = (await memos.traces.list(owner, { limit: 1 })).traces;
          // A batch in which nobody said anything leaves none.
          if (newest !== undefined && newest.at >= before) traces.push(newest);
        }
        return result;
      },
    };
  };
}

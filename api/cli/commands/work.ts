import { once } from "node:events";
import { resolve } from "node:path";
import type { Command } from "commander";
import { withExample } from "../example.js";
import { interruption } from "../interruption.js";
import { print } from "../output.js";
import { configurationOf, openEngine, openStore, openTrainer, readerOf } from "../store.js";

export function registerWork(program: Command): void {
  const command = program
    .command("work")
    .summary("do the work in the background, and answer nobody")
    .description(
      "Reads what was said, runs jobs, sends webhooks, trains adapters and keeps the store up, until Ctrl-C: what `memos serve --no-workers` leaves to others. Several of these share the work.",
    )
    .option(
      "--model <model>",
      "a GGUF file, or a name of `memos models list`, for MEMOS_CONTROLLER=model and training (default: MEMOS_MODEL)",
    );
  withExample(command, "memos work --store ./.memos");
  command.action(async () => {
    const stop = interruption();
    const { pino } = await import("pino");
    const logger = pino({ level: "info" }, pino.destination({ dest: 2, sync: true }));
    const engine = await openEngine(command);
    try {
      const trainer = await openTrainer(command);
      const memos = await openStore(command, {
        logger,
        ...(await readerOf(command, engine)),
        ...(engine === undefined ? {} : { engine }),
        ...(trainer === undefined ? {} : { trainer }),
      });
      try {
        const store = resolve(configurationOf(command).store);
        print(command, { working: store }, () => `working on ${store}`);
        // Nothing else keeps the process: what is due is waited for without holding it up.
        const alive = setInterval(() => undefined, 2 ** 30);
        if (!stop.aborted) await once(stop, "abort");
        clearInterval(alive);
      } finally {
        await memos.close();
      }
    } finally {
      await engine?.[Symbol.asyncDispose]();
    }
  });
}

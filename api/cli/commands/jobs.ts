import type { Command } from "commander";
import * as z from "zod";
import { jobIdSchema, jobListOptionsSchema, newWebhookSchema } from "../../../memos/scheduler/operations.js";
import { argumentOf, commaList, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { withExample } from "../example.js";
import { print, table } from "../output.js";
import { withExistingStore, withStore, withStoreToRead } from "../store.js";

const EXAMPLE_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";

export function registerJobs(program: Command): void {
  const jobs = program
    .command("jobs")
    .summary("work that is left to be done")
    .description("Lists the jobs of a store, calls them off, and tries again what has failed for good.");
  withExample(jobs, "memos jobs list --state dead", `memos jobs replay ${EXAMPLE_ID}`);
  registerList(jobs);
  registerStep(jobs, "show", "Shows one job: its state, its progress, and why it failed.");
  registerStep(jobs, "cancel", "Calls a job off; what it has done stays done.");
  registerStep(jobs, "replay", "Tries a dead or cancelled job again, with all its attempts.");
}

function registerList(jobs: Command): void {
  const command = jobs
    .command("list")
    .description("Lists jobs, the newest first.")
    .option("--state <states>", "only these: waiting, delayed, running, done, dead, cancelled")
    .option("--limit <n>", "most jobs to show", "50");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos jobs list --state dead --tenant acme");
  const optionsSchema = z.object({
    state: commaList(jobListOptionsSchema.shape.states.unwrap().element).optional(),
    limit: wholeNumber(1, 1_000),
  });
  command.action(async () => {
    const { state: states, limit } = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    const list = await withStoreToRead(command, (memos) => memos.jobs.list(scope, { states, limit }));
    print(command, list, () =>
      list.jobs.length === 0
        ? "no jobs"
        : table(
            ["id", "kind", "state", "attempts", "failure"],
            list.jobs.map(({ id, kind, state, attempts, maxAttempts, failure }) => [
              id,
              kind,
              state,
              `${attempts}/${maxAttempts}`,
              failure === null ? undefined : `${failure.code}: ${failure.message}`,
            ]),
          ),
    );
  });
}

function registerStep(jobs: Command, name: "show" | "cancel" | "replay", description: string): void {
  const command = jobs.command(name).description(description).argument("<id>", "its id");
  takeScope(command, []);
  withExample(command, `memos jobs ${name} ${EXAMPLE_ID}`);
  command.action(async (given: string) => {
    const id = argumentOf("ID", given, jobIdSchema);
    const scope = scopeOf(command);
    const job = await (name === "show" ? withStoreToRead : withExistingStore)(command, (memos) =>
      name === "show" ? memos.jobs.get(id, scope) : memos.jobs[name](id, scope),
    );
    print(command, job, () =>
      table(
        ["field", "value"],
        Object.entries(job).map(([field, value]) => [
          field,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );
  });
}

export function registerWebhooks(program: Command): void {
  const webhooks = program
    .command("webhooks")
    .summary("tell other systems what happens")
    .description(
      "Has events of a tenant posted to other systems, signed, in order, and again until they are taken.",
    );
  withExample(webhooks, "memos webhooks add https://example.com/memory --kinds 'memory.*'");
  const add = webhooks
    .command("add")
    .description("Registers a target and shows its secret this one time.")
    .argument("<url>", "where events are posted")
    .option("--kinds <kinds>", "kinds of events, as memory.forget or memory.*", "memory.*");
  takeScope(add, []);
  withExample(add, "memos webhooks add https://example.com/memory --kinds 'memory.*,job.dead'");
  add.action(async (given: string) => {
    const url = argumentOf("URL", given, newWebhookSchema.shape.url);
    const { kinds } = optionsOf(add, z.object({ kinds: commaList(newWebhookSchema.shape.kinds.element) }));
    const scope = scopeOf(add);
    const made = await withStore(add, (memos) => memos.webhooks.add({ url, kinds }, scope));
    print(add, made, () => [made.secret, "", `webhook ${made.id}; its secret is not shown again`].join("\n"));
  });
  const list = webhooks.command("list").description("Lists the targets, without their secrets.");
  takeScope(list, []);
  withExample(list, "memos webhooks list");
  list.action(async () => {
    const scope = scopeOf(list);
    const found = await withStoreToRead(list, (memos) => memos.webhooks.list(scope));
    print(list, { webhooks: found }, () =>
      found.length === 0
        ? "no webhooks"
        : table(
            ["id", "url", "kinds"],
            found.map(({ id, url, kinds }) => [id, url, kinds.join(", ")]),
          ),
    );
  });
  const remove = webhooks
    .command("remove")
    .description("Removes a target: it is told nothing more.")
    .argument("<id>", "its id");
  takeScope(remove, []);
  withExample(remove, `memos webhooks remove ${EXAMPLE_ID}`);
  remove.action(async (given: string) => {
    const id = argumentOf("ID", given, jobIdSchema);
    const scope = scopeOf(remove);
    await withExistingStore(remove, (memos) => memos.webhooks.remove(id, scope));
    print(remove, { id }, () => `removed ${id}`);
  });
}

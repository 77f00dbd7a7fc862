import type { Command } from "commander";
import { scopeOf, takeScope } from "../arguments.js";
import { withExample } from "../example.js";
import { counted, print, table } from "../output.js";
import { withExistingStore, withExistingStoreAndModel, withStoreToRead } from "../store.js";

const MEGABYTE = 2 ** 20;

export function registerActivations(program: Command): void {
  const activations = program
    .command("activations")
    .summary("compiled memory: KV caches on disk")
    .description("Lists, makes and drops the KV states of what prompts begin with (docs/activation.md).");
  withExample(activations, "memos activations list --user ana");

  const list = activations.command("list").description("Lists what is compiled for prompts of a scope.");
  takeScope(list, ["user", "agent"]);
  withExample(list, "memos activations list --user ana");
  list.action(async () => {
    const scope = scopeOf(list);
    const result = await withStoreToRead(list, (memos) => memos.activations.list(scope));
    print(list, result, () =>
      result.activations.length === 0
        ? "nothing is compiled"
        : table(
            ["id", "tokens", "MB", "where", "codec", "used"],
            result.activations.map(({ cube, bytes, tier, codec }) => [
              cube.id,
              cube.payload.kind === "activation" ? cube.payload.tokens : 0,
              (bytes / MEGABYTE).toFixed(1),
              tier,
              codec,
              cube.behaviour.useCount,
            ]),
          ),
    );
  });

  const compile = activations
    .command("compile")
    .description(
      "Compiles the memory that prompts of a scope begin with, or warms the server that answers them.",
    )
    .option("--model <model>", "a GGUF file, or a name of `memos models list` (default: MEMOS_MODEL)");
  takeScope(compile, ["user", "agent"]);
  withExample(compile, "memos activations compile --user ana --model qwen.gguf");
  compile.action(async () => {
    const scope = scopeOf(compile);
    const receipt = await withExistingStoreAndModel(compile, (memos) => memos.activations.compile(scope));
    print(compile, receipt, () =>
      receipt.reason === "warmed"
        ? `warmed: ${receipt.tokens} tokens, ${receipt.cached} of them were there, evaluated in ${Math.round(receipt.prefillMs)} ms`
        : receipt.cube === null
          ? `nothing was compiled: ${receipt.reason}`
          : `${receipt.reason}: ${receipt.tokens} tokens, ${(receipt.bytes / MEGABYTE).toFixed(1)} MB, evaluated in ${Math.round(receipt.prefillMs)} ms`,
    );
  });

  const plan = activations
    .command("plan")
    .description("Says what the placement policy would compile or give up now, and why.")
    .option("--model <model>", "a GGUF file, or a name of `memos models list` (default: MEMOS_MODEL)");
  takeScope(plan, ["user", "agent"]);
  withExample(plan, "memos activations plan --user ana --model qwen.gguf");
  plan.action(async () => {
    const scope = scopeOf(plan);
    const result = await withExistingStoreAndModel(plan, (memos) => memos.activations.plan(scope));
    print(plan, result, () =>
      result.decisions.length === 0
        ? "everything is where it should be"
        : table(
            ["what", "why", "ms saved a day"],
            result.decisions.map(({ action, why, gainMsPerDay }) => [
              action,
              why.join(" "),
              Math.round(gainMsPerDay),
            ]),
          ),
    );
  });

  const drop = activations.command("drop").description("Drops what is compiled; the text is still there.");
  takeScope(drop, ["user", "agent"]);
  withExample(drop, "memos activations drop --user ana");
  drop.action(async () => {
    const scope = scopeOf(drop);
    const result = await withExistingStore(drop, (memos) => memos.activations.drop(scope));
    print(drop, result, () => `dropped ${counted(result.dropped, "state", "states")}`);
  });
}

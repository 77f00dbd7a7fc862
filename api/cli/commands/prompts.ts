import type { Command } from "commander";
import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import type { PromptCheck } from "../../../memos/prompts/index.js";
import { argumentOf } from "../arguments.js";
import { withExample } from "../example.js";
import { print, table } from "../output.js";

export function registerPrompts(program: Command): void {
  const command = program
    .command("prompts")
    .summary("the prompts that models are given: check and show them")
    .description("The prompts that models are given. They are files, with a version and a hash.");
  withExample(command, "memos prompts check");
  registerCheck(command);
  registerShow(command);
}

function registerCheck(prompts: Command): void {
  const command = prompts
    .command("check")
    .description(
      "Renders every prompt with its examples and checks the answers against its schema. Exit status 1 when one is broken.",
    );
  withExample(command, "memos prompts check", "memos prompts check --json");
  command.action(async () => {
    const [{ PROMPTS }, { checkPrompts }] = await Promise.all([
      import("../../../agents/prompts.js"),
      import("../../../memos/prompts/index.js"),
    ]);
    const checked = await checkPrompts(PROMPTS);
    print(command, checked, () => report(checked.prompts));
    if (!checked.ok) process.exitCode = 1;
  });
}

function report(checks: readonly PromptCheck[]): string {
  const rows = checks.map(({ name, ok, version, hash, characters, tokens, examples }) => [
    ok ? "ok" : "FAIL",
    name,
    version,
    hash?.slice(0, 12),
    examples,
    characters,
    tokens,
  ]);
  const faults = checks.flatMap(({ name, fault }) => (fault === undefined ? [] : [`${name}: ${fault}`]));
  return [table(["", "prompt", "version", "hash", "examples", "characters", "tokens"], rows), ...faults].join(
    "\n",
  );
}

function registerShow(prompts: Command): void {
  const command = prompts
    .command("show")
    .description("Prints a prompt as a model is given it, filled with its first example.")
    .argument("<name>", "as `memos prompts check` lists it");
  withExample(command, "memos prompts show extraction");
  command.action(async (given: string) => {
    const wanted = argumentOf("NAME", given, z.string().min(1).max(64));
    const { PROMPTS } = await import("../../../agents/prompts.js");
    const prompt = PROMPTS.find(({ name }) => name === wanted);
    const example = prompt?.examples[0];
    if (prompt === undefined || example === undefined)
      throw new MemosError("NOT_FOUND", `there is no prompt ${wanted}: \`memos prompts check\` lists them.`);
    const { name, version, purpose, hash, schema } = prompt;
    const { system, user } = prompt.render(example.input);
    print(command, { name, version, purpose, hash, system, user, schema, answer: example.answer }, () =>
      [
        `${name}, version ${version}, ${hash}`,
        purpose,
        `\n[system]\n${system}`,
        `\n[user]\n${user}`,
        `\n[a good answer]\n${JSON.stringify(example.answer, null, 2)}`,
      ].join("\n"),
    );
  });
}

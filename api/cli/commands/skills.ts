import type { Command } from "commander";
import * as z from "zod";
import { SKILL_LIMITS } from "../../../agents/skills/limits.js";
import type { Skill } from "../../../agents/skills/skill.js";
import { cubeIdSchema } from "../../../memcube/index.js";
import { argumentOf, optionsOf, scopeOf, takeScope, wholeNumber } from "../arguments.js";
import { estimateText } from "../estimateText.js";
import { withExample } from "../example.js";
import { oneLine, print, table } from "../output.js";
import { withExistingStore, withStoreToRead } from "../store.js";

const optionsSchema = z.object({ limit: wholeNumber(1, SKILL_LIMITS.skills).optional() });

export function registerSkills(program: Command): void {
  const command = program
    .command("skills")
    .summary("how things are done, and how often that worked")
    .description("Procedural memories, the most dependable first, with how often each worked.")
    .option("--limit <count>", "how many at most (default: 100)");
  takeScope(command, ["user", "agent", "session"]);
  withExample(command, "memos skills --user ana");
  command.action(async () => {
    const { limit } = optionsOf(command, optionsSchema);
    const scope = scopeOf(command);
    const { skills } = await import("../../../agents/skills/skills.js");
    const listed = await withStoreToRead(command, (memos) => skills(memos).list(scope, { limit }));
    print(command, { skills: listed }, () => (listed.length === 0 ? "no skills" : skillTable(listed)));
  });
  registerOutcome(command);
}

function registerOutcome(skillsCommand: Command): void {
  for (const outcome of ["worked", "failed"] as const) {
    const command = skillsCommand
      .command(outcome)
      .description(`Notes that a use of a skill ${outcome}.`)
      .argument("<id>", "its id");
    withExample(command, `memos skills ${outcome} 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b --user ana`);
    command.action(async (given: string) => {
      const id = argumentOf("ID", given, cubeIdSchema);
      const scope = scopeOf(command);
      const { skills } = await import("../../../agents/skills/skills.js");
      const skill = await withExistingStore(command, (memos) => skills(memos).outcome(id, outcome, scope));
      print(command, skill, () => `${skill.name}: ${estimateText(skill.estimate)}`);
    });
  }
}

function skillTable(listed: readonly Skill[]): string {
  return table(
    ["worked", "steps", "skill", "id"],
    listed.map(({ id, name, steps, estimate }) => [
      estimateText(estimate),
      steps.length,
      oneLine(name, 60),
      id,
    ]),
  );
}

import * as z from "zod";
import { cubeIdSchema, MemosError, type Scope, scopeSchema } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { parse } from "../../memos/parse.js";
import { SKILL_LIMITS } from "./limits.js";
import { type Skill, skillOf } from "./skill.js";

export const outcomeSchema = z.enum(["worked", "failed"]).meta({
  id: "SkillOutcome",
  description: "What became of a use of a skill.",
});

export const skillsOptionsSchema = z.strictObject({
  limit: z.int().min(1).max(SKILL_LIMITS.skills).default(100),
});

export type SkillOutcome = z.infer<typeof outcomeSchema>;
export type SkillsOptions = z.input<typeof skillsOptionsSchema>;

/** The procedural memories of a scope, with how often each worked. */
export interface Skills {
  /**
   * The skills of a scope, the most dependable first: in the order of `low`, so that one that worked once stands
   * behind one that worked nine times of ten.
   *
   * @throws MemosError INVALID_INPUT.
   */
  list(scope: Scope, options?: SkillsOptions): Promise<Skill[]>;
  /**
   * Notes how a use went; durable when this resolves. It counts as feedback, so the skill is recalled more or less.
   *
   * @throws MemosError INVALID_INPUT, also for a memory that is no skill; NOT_FOUND.
   */
  outcome(id: string, outcome: SkillOutcome, scope: Scope): Promise<Skill>;
}

/**
 * Skills over a memory, or over the view that a principal has of it.
 *
 * @example
 * const [best] = await skills(memos).list(scope);
 * await skills(memos).outcome(best.id, "worked", scope);
 */
export function skills(memos: MemOS): Skills {
  return {
    async list(scope, options = {}) {
      const owner = parse(scopeSchema, scope);
      const { limit } = parse(skillsOptionsSchema, options);
      const { cubes } = await memos.list(owner, { types: ["procedural"], limit: SKILL_LIMITS.skills });
      return cubes
        .flatMap((cube) => skillOf(cube) ?? [])
        .sort((a, b) => b.estimate.low - a.estimate.low || (a.id < b.id ? -1 : 1))
        .slice(0, limit);
    },
    async outcome(id, outcome, scope) {
      const owner = parse(scopeSchema, scope);
      const cubeId = parse(cubeIdSchema, id);
      const verdict = parse(outcomeSchema, outcome) === "worked" ? "useful" : "wrong";
      if ((await memos.get(cubeId, owner)).type !== "procedural")
        throw new MemosError("INVALID_INPUT", `Cube ${cubeId} is no skill.`, { path: "id" });
      const { cube } = await memos.lifecycle.feedback(cubeId, verdict, owner);
      const skill = skillOf(cube);
      if (skill === undefined)
        throw new MemosError("INVALID_INPUT", `Cube ${cubeId} is no skill.`, { path: "id" });
      return skill;
    },
  };
}

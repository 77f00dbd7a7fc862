export { betaInterval } from "./betaInterval.js";
export { SKILL_LIMITS } from "./limits.js";
export { estimateOf, estimateSchema, type Skill, type SkillEstimate, skillSchema } from "./skill.js";
export {
  outcomeSchema,
  type SkillOutcome,
  type Skills,
  type SkillsOptions,
  skills,
  skillsOptionsSchema,
} from "./skills.js";

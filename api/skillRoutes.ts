import * as z from "zod";
import {
  outcomeSchema,
  type Skill,
  skillSchema,
  skills,
  skillsOptionsSchema,
} from "../agents/skills/index.js";
import { cubeIdSchema } from "../memcube/index.js";
import { EXAMPLE_ID } from "./examples.js";
import { type Route, route } from "./route.js";

const scope = { user: "ana" };

const exampleSkill: Skill = {
  id: EXAMPLE_ID,
  name: "Deploy the site",
  preconditions: ["the tests pass"],
  steps: ["Build the image", "Push it", "Restart the service"],
  evidence: 2,
  estimate: { worked: 5, failed: 1, outdated: 0, mean: 0.75, low: 0.4793, high: 0.9466 },
};

/** How things are done, and how often that worked. */
export const SKILL_ROUTES: readonly Route[] = [
  route({
    operationId: "listSkills",
    method: "GET",
    path: "/v1/skills",
    tag: "Read",
    summary: "List skills",
    description: "Procedural memories with how often each worked, the most dependable first.",
    accepts: "query",
    params: {},
    input: { limit: skillsOptionsSchema.shape.limit.describe("How many at most.") },
    errors: [],
    example: { input: scope },
    success: {
      status: 200,
      description: "The skills.",
      schema: z.strictObject({ skills: z.array(skillSchema) }).meta({ id: "Skills" }),
      example: { skills: [exampleSkill] },
    },
    handle: {
      json: async ({ memos, scope: owner, input: { limit } }) => ({
        skills: await skills(memos).list(owner, { limit }),
      }),
    },
  }),
  route({
    operationId: "noteSkillOutcome",
    method: "POST",
    path: "/v1/skills/{id}/outcome",
    tag: "Lifecycle",
    summary: "Note how a use of a skill went",
    description: "Counts as feedback on the memory: it is recalled a little more or less.",
    accepts: "json",
    params: { id: cubeIdSchema },
    input: { outcome: outcomeSchema },
    errors: ["NOT_FOUND", "READ_ONLY", "STORE_BUSY", "DISK_FULL"],
    example: { params: { id: EXAMPLE_ID }, input: { scope, outcome: "worked" } },
    success: {
      status: 200,
      description: "The skill with its new estimate.",
      schema: skillSchema,
      example: exampleSkill,
    },
    handle: {
      json: ({ memos, scope: owner, params, input: { outcome } }) =>
        skills(memos).outcome(params.id, outcome, owner),
    },
  }),
];

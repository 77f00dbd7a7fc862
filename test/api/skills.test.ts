import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { reflection, skillSchema } from "../../agents/index.js";
import { consolidationPlanSchema, consolidationRunSchema } from "../../memos/index.js";
import { problemOf, startServer, UNKNOWN_ID } from "./harness.js";

const scope = { user: "ana" };
const STEPS = "Deploy: first build the image, then push it, then restart the service.";

test("what episodes come to is planned and made, listed as a skill, and its outcomes are counted", async (t) => {
  const api = await startServer(
    t,
    { development: true },
    { consolidateAfterIdleMs: 0, distiller: reflection() },
  );
  const input = ["2026-01-05", "2026-02-05"].map((day) => ({
    text: STEPS,
    occurredAt: `${day}T10:00:00.000Z`,
  }));
  await api.send("POST", "/v1/memories", { body: { scope, input } });
  const kinds = ["distil"];
  const planned = await api.send("POST", "/v1/consolidation/plan", { body: { scope, kinds } });
  assert.equal(consolidationPlanSchema.parse(planned.body).proposals.length, 1, planned.text);
  const ran = await api.send("POST", "/v1/consolidation/run", { body: { scope, kinds } });
  const [made] = consolidationRunSchema.parse(ran.body).made;
  const listed = await api.send("GET", "/v1/skills?user=ana&limit=5");
  const { skills } = z.object({ skills: z.array(skillSchema) }).parse(listed.body);
  assert.deepEqual(
    skills.map(({ id, steps }) => [id, steps.length]),
    [[made?.cube, 3]],
  );
  const path = `/v1/skills/${made?.cube}/outcome`;
  const noted = await api.send("POST", path, { body: { scope, outcome: "failed" } });
  assert.equal(skillSchema.parse(noted.body).estimate.failed, 1);
  problemOf(await api.send("POST", path, { body: { scope: { user: "ben" }, outcome: "failed" } }), 404);
  problemOf(await api.send("POST", path, { body: { scope, outcome: "perhaps" } }), 400);
  const unknown = `/v1/skills/${UNKNOWN_ID}/outcome`;
  problemOf(await api.send("POST", unknown, { body: { scope, outcome: "worked" } }), 404);
});

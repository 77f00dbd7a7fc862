import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import * as z from "zod";
import { skillSchema } from "../../../agents/index.js";
import {
  consolidationPlanSchema,
  consolidationRunSchema,
  MemOS,
  undoneRunSchema,
} from "../../../memos/index.js";
import { temporaryFolder } from "../../memos/support.js";
import { memos, memosJson } from "./memosProcess.js";

const path = join(await temporaryFolder({ after }), "store");
const ana = ["--user", "ana", "--store", path];

const opened = await MemOS.open({ path });
await opened.add(
  ["2026-01-05", "2026-01-12", "2026-01-19"].flatMap((day) => [
    { text: "I went to the gym.", actor: "ana", occurredAt: `${day}T10:00:00.000Z` },
    { text: "First wash the rice, then boil it.", actor: "ana", occurredAt: `${day}T11:00:00.000Z` },
  ]),
  { tenant: "local", user: "ana" },
);
await opened.close();

test("reflect shows what it would say, says it, lists the run and takes it back", async () => {
  const plan = await memosJson(["reflect", "--dry-run", ...ana], consolidationPlanSchema);
  assert.deepEqual(
    plan.proposals.map(({ kind }) => kind),
    ["distil", "distil"],
  );
  const shown = await memos(["reflect", "--dry-run", ...ana]);
  assert.match(shown.stdout, /distil.*3.*ana went to the gym/);
  const run = await memosJson(["reflect", "--budget-ms", "60000", ...ana], consolidationRunSchema);
  assert.equal(run.made.length, 2);
  const listed = await memos(["reflect", "runs", ...ana]);
  assert.match(listed.stdout, new RegExp(`settled 2 statements.*${run.id}`));

  const { skills } = await memosJson(["skills", ...ana], z.object({ skills: z.array(skillSchema) }));
  const id = skills[0]?.id ?? "";
  const noted = await memosJson(["skills", "worked", id, ...ana], skillSchema);
  assert.equal(noted.estimate.worked, 1);
  assert.match((await memos(["skills", ...ana])).stdout, /1 of 1 times; 22 % to 97 % expected/);
  assert.match((await memos(["get", id, ...ana])).stdout, /worked\s+1 of 1 times/);

  const undone = await memosJson(["reflect", "undo", run.id, ...ana], undoneRunSchema);
  assert.equal(undone.undone.length, 2);
  assert.match((await memos(["skills", ...ana])).stdout, /no skills/);
});

test("skills refuses what is no id and no limit", async () => {
  assert.equal((await memos(["skills", "failed", "x", ...ana])).status, 2);
  assert.equal((await memos(["skills", "--limit", "0", ...ana])).status, 2);
});

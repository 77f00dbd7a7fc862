import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
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
await opened.add(["I love hiking in the mountains.", "Well, I really love hiking in the mountains!"], {
  tenant: "local",
  user: "ana",
});
await opened.close();

test("consolidate shows what it would do, does it, lists it and takes it back", async () => {
  const plan = await memosJson(["consolidate", "--dry-run", ...ana], consolidationPlanSchema);
  assert.deepEqual(
    plan.proposals.map(({ kind }) => kind),
    ["merge"],
  );
  const shown = await memos(["consolidate", "--dry-run", ...ana]);
  assert.match(shown.stdout, /merge.*2.*really love hiking/);

  const none = await memos(["consolidate", "--budget-ms", "0", ...ana]);
  assert.match(none.stdout, /nothing to do \(milliseconds\)/);
  const run = await memosJson(
    ["consolidate", "--budget-ms", "60000", "--calls", "0", ...ana],
    consolidationRunSchema,
  );
  assert.equal(run.merged, 2);
  const listed = await memos(["consolidate", "runs", ...ana]);
  assert.match(listed.stdout, new RegExp(`merged 2 memories.*${run.id}`));
  const undone = await memosJson(["consolidate", "undo", run.id, ...ana], undoneRunSchema);
  assert.equal(undone.undone.length, 1);
});

test("consolidate refuses what is no budget and no run", async () => {
  assert.equal((await memos(["consolidate", "--budget-ms", "soon", ...ana])).status, 2);
  assert.equal((await memos(["consolidate", "undo", "x", ...ana])).status, 2);
});

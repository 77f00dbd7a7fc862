import assert from "node:assert/strict";
import { test } from "node:test";
import { attachReceiptSchema, chatReceiptSchema } from "../../../memos/index.js";
import { MEMORIES, QUESTION } from "../../memos/parametric/support.js";
import { ANA, preparedAdapter } from "./preparedAdapter.js";

test("adapters are planned, listed, shown, attached, used, trained anew and taken back from a shell", async (t) => {
  const { first, run, json } = await preparedAdapter(t, { memories: MEMORIES });
  assert.match((await run("adapters", "plan")).stdout, /^3 memories for 1 adapter\n/);

  const shown = (await run("adapters", "show", first)).stdout;
  assert.match(shown, new RegExp(`^adapter ${first} of 3 memories: ready\n`));
  assert.match(shown, /loss {4} 1\.000 █▃▂▁ 0\.250\n4 steps in 4 s\n/);
  assert.match(shown, /│ recall +│ 0\.0 % +│/);
  assert.match(shown, /lora, rank 16/);

  const attached = await json(attachReceiptSchema, 0, "adapters", "attach", first, "--scale", "0.5");
  assert.deepEqual(attached.attached, [{ scope: ANA, scale: 0.5 }]);
  const ask = ["chat", QUESTION, "--max-tokens", "4", "--no-remember"];
  const used = await run(...ask);
  assert.match(used.stderr, new RegExp(`3 memories in adapter ${first}`));
  const without = await json(chatReceiptSchema, 0, ...ask, "--adapters", "none");
  assert.deepEqual(without.adapters, []);

  const anew = await run("adapters", "retrain", first);
  assert.equal(anew.status, 0, anew.stderr);
  assert.match(anew.stdout, /of 3 memories: ready\n/);
  assert.match(anew.stdout, /held out 2\.000 █▃▂▁ 0\.500\n/);
  assert.match(anew.stdout, /attached to user ana at scale 0\.5\n$/);
  const second = /^adapter (\S+)/.exec(anew.stdout)?.[1] ?? "";
  assert.match((await run("adapters", "list")).stdout, /│ user ana at scale 0\.5 │/);
  const named = await json(chatReceiptSchema, 0, ...ask, "--adapters", `${first}, ${second}`);
  assert.deepEqual(
    named.adapters.map(({ id }) => id),
    [first, second],
  );

  assert.match((await run("adapters", "detach", second)).stdout, /is detached\nattached nowhere\n$/);
  assert.match((await run("adapters", "revoke", second)).stdout, /is taken back\n$/);
  assert.match((await run("adapters", "revoke", second)).stdout, /was already taken back\n$/);
});

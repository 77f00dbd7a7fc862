import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  conflictsSchema,
  handOverReceiptSchema,
  handOversSchema,
  shareMemory,
  team,
} from "../../../agents/index.js";
import { MemOS } from "../../../memos/index.js";
import { temporaryFolder } from "../../memos/support.js";
import { memos, memosJson } from "./memosProcess.js";

const path = join(await temporaryFolder({ after }), "store");
const store = ["--store", path];

test("two agents share from the command line", async () => {
  const opening = await MemOS.open({ path });
  const crew = team(opening, { tenant: "local", name: "launch" });
  await crew.join("writer", { may: "write" });
  await opening.add(
    { text: "The walrus.", type: "working", session: "monday" },
    { tenant: "local", agent: "planner" },
  );
  await opening.close();
  const joined = await memos(["share", "join", "planner", "--team", "launch", "--may", "write", ...store]);
  assert.match(joined.stdout, /agent:planner may read, write, change in app launch/);
  assert.match((await memos(["share", "members", "--team", "launch", ...store])).stdout, /agent:planner/);

  const handOver = ["share", "hand-over", "--from", "planner", "--to", "writer", "--session", "monday"];
  const receipt = await memosJson([...handOver, "--key", "k1", ...store], handOverReceiptSchema);
  assert.equal(receipt.handed.length, 1);
  const list = await memosJson(["share", "hand-overs", "--from", "planner", ...store], handOversSchema);
  assert.deepEqual(
    list.handOvers.map(({ state }) => state),
    ["open"],
  );
  const ended = await memos(["share", "end", receipt.id, "--from", "planner", ...store]);
  assert.match(ended.stdout, /1 copy forgotten/);
  assert.match((await memos(["share", "hand-overs", "--from", "planner", ...store])).stdout, /ended/);

  const opened = await MemOS.open({ path });
  for (const [id, city] of [
    ["planner", "Lisbon"],
    ["writer", "Porto"],
  ] as const)
    await shareMemory(opened.as({ tenant: "local", kind: "agent", id }), `Ana lives in ${city}.`, {
      tenant: "local",
      app: "launch",
    });
  await opened.close();
  const { conflicts } = await memosJson(["share", "conflicts", "--app", "launch", ...store], conflictsSchema);
  const [conflict] = conflicts;
  assert.match(
    (await memos(["share", "conflicts", "--app", "launch", ...store])).stdout,
    /\* Porto: writer on .*“Ana lives in Porto”/,
  );
  const choice = conflict?.values[0]?.cube ?? "";
  const settled = await memos([
    "share",
    "resolve",
    conflict?.id ?? "",
    "--choose",
    choice,
    "--reason",
    "said by Ana",
    "--app",
    "launch",
    ...store,
  ]);
  assert.match(settled.stdout, /is at version 2/);
  assert.match((await memos(["share", "conflicts", "--app", "launch", ...store])).stdout, /no conflicts/);
  assert.match(
    (await memos(["share", "leave", "writer", "--team", "launch", ...store])).stdout,
    /is out: 1 grant/,
  );
});

test("what is typed wrong is refused", async () => {
  assert.equal(
    (await memos(["share", "join", "x", "--team", "launch", "--may", "rule", ...store])).status,
    2,
  );
  assert.equal(
    (await memos(["share", "hand-over", "--from", "planner", "--to", "planner", "--session", "s", ...store]))
      .status,
    1,
  );
  assert.equal((await memos(["share", "end", "none", "--from", "planner", ...store])).status, 1);
  assert.equal((await memos(["share", "resolve", "x", "--choose", "y", "--reason", "", ...store])).status, 2);
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type MigrationProgress, migrateLedger } from "../../../memos/index.js";
import { withoutPostgres } from "../../support/postgresServer.js";
import { atEnd, refused } from "../support.js";
import { answers, fullStore, openAt, serverWithPlainRole } from "./support.js";

const SERVER = await serverWithPlainRole();
const MOVER = fileURLToPath(new URL("./moverProcess.js", import.meta.url));

/** Signs of progress at which the process that moves is killed, one after the other. */
type Death = readonly [step: MigrationProgress["step"], count: number];

async function dieAt(from: string, to: string, [step, count]: Death): Promise<void> {
  const child = spawn(process.execPath, [MOVER, from, to, step, String(count)], { stdio: "inherit" });
  const signal = await new Promise((resolve) => child.once("close", (_code, by) => resolve(by)));
  assert.equal(signal, "SIGKILL", `${step} ${count}`);
}

test("a move that is killed again and again goes on where it stopped and is whole in the end, there and back", {
  skip: withoutPostgres,
}, async (t) => {
  const there = SERVER?.schema("killed") ?? "";
  const { path, ids } = await fullStore(t);
  const before = await openAt(path);
  const expected = await answers(before, ids);
  await before.close();
  const deaths: readonly Death[] = [
    ["copying", 2],
    ["copying", 5],
    ["verifying", 9],
  ];
  for (const death of deaths) await dieAt(path, there, death);
  await assert.rejects(openAt(path), refused("STORE_INVALID"));
  await assert.rejects(openAt(path, there), refused("STORE_INVALID"));
  const receipt = await migrateLedger({ from: path, to: there });
  assert.deepEqual(receipt.faults, []);
  assert.ok((receipt.resumedAt ?? 0) > 0);

  await dieAt(there, path, ["copying", 6]);
  const returned = await migrateLedger({ from: there, to: path });
  assert.deepEqual(returned.faults, []);
  assert.ok((returned.resumedAt ?? 0) > 0);
  const memos = await openAt(path);
  atEnd(t, () => memos.close());
  assert.deepEqual(await answers(memos, ids), expected);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { runBackupBench } from "../../bench/backup.js";

test("what the backup bench restores is everything that was there when its last backup began", async () => {
  const lines: string[] = [];
  const result = await runBackupBench({ n: 60 }, (line) => lines.push(line));
  assert.ok(result.restore.cubes >= 60 + 200, "all of the stream, and the adds before the backups");
  assert.ok(result.add.during > 0, "there were adds while it was backed up");
  assert.ok(result.baseline.bytes > 0 && result.backup.bytes > 0);
  assert.ok(lines.length > 0, "it says how far it is");
});

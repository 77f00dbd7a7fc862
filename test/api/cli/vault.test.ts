import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { writeReceiptSchema } from "../../../memos/index.js";
import { temporaryFolder } from "../../eval/temporaryFolder.js";
import { failureSchema, memos } from "./memosProcess.js";

const ana = ["--user", "ana"];

test("a value is kept, revealed, and put under another key from a shell", async (context) => {
  const folder = await temporaryFolder(context);
  const store = ["--store", join(folder, "store")];
  const [first, second] = [join(folder, "first.key"), join(folder, "second.key")];
  for (const file of [first, second]) assert.equal((await memos(["vault", "keygen", file])).status, 0);
  if (process.platform !== "win32") assert.equal((await stat(first)).mode & 0o777, 0o600);
  assert.equal((await memos(["vault", "keygen", first])).status, 1, "a key is not written over");
  const before = { MEMOS_VAULT_KEY_FILE: first };
  const added = await memos(
    ["add", "Password of the router", "--secret-file", "-", ...ana, ...store, "--json"],
    { input: "correct horse\n", environment: before },
  );
  assert.equal(added.status, 0, added.stderr);
  const id = writeReceiptSchema.parse(JSON.parse(added.stdout)).written[0]?.id ?? "";
  const reveal = ["vault", "reveal", id, "--reason", "to log in", ...ana, ...store];
  assert.equal((await memos(reveal, { environment: before })).stdout, "correct horse\n");
  const locked = await memos([...reveal, "--json"]);
  assert.equal(failureSchema.parse(JSON.parse(locked.stdout)).error.code, "VAULT_LOCKED");
  const after = { MEMOS_VAULT_KEY_FILE: second };
  const rotated = await memos(["vault", "rotate", "--from", first, ...store], { environment: after });
  assert.equal(rotated.stdout, "rotated 1 value\n", rotated.stderr);
  assert.equal((await memos(reveal, { environment: after })).stdout, "correct horse\n");
  assert.match((await memos(["vault", "status", ...store], { environment: after })).stdout, /1.+yes/);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { buildProgram } from "../../../api/cli/program.js";
import { temporaryFolder } from "../../memos/support.js";
import { failureSchema, memos } from "./memosProcess.js";
import { pythonStandIn } from "./pythonStandIn.js";

const MEMORY = "Ana lives in Lisbon.";
const UNKNOWN_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";

/** A store with one memory, and a home in which nothing was set up. */
async function bare(t: TestContext) {
  const home = await temporaryFolder(t);
  const path = join(await temporaryFolder(t), "store");
  await memos(["add", MEMORY, "--user", "ana", "--store", path]);
  const environment = { HOME: home, USERPROFILE: home };
  return { home, store: ["--store", path], environment };
}

for (const args of [
  "train -k 3",
  `train ${UNKNOWN_ID} --query Lisbon`,
  "train Lisbon",
  "train --method magic",
  "train --rank 0",
  "train --learning-rate 2",
  "train --scale 5",
  "plan -k 3",
  `attach ${UNKNOWN_ID} --scale 0`,
  "wait Lisbon",
  "setup --torch-index here",
])
  test(`memos adapters ${args} is wrong use`, async () => {
    const parsed = buildProgram().parseAsync(["adapters", ...args.split(" ")], { from: "user" });
    await assert.rejects(parsed, { name: "UsageError" });
  });

test("memos chat refuses what is no adapter", async () => {
  const args = ["chat", "Hello.", "--user", "ana", "--adapters", "mine"];
  await assert.rejects(buildProgram().parseAsync(args, { from: "user" }), /--adapters/);
});

test("without a trainer nothing is trained, and it is said how there will be one", async (t) => {
  const { home, store, environment } = await bare(t);
  const failure = async (...args: string[]) => {
    const { status, stdout } = await memos([...args, ...store, "--json"], { environment });
    assert.equal(status, 1, stdout);
    return failureSchema.parse(JSON.parse(stdout)).error;
  };
  const { code, message } = await failure("adapters", "train", "--user", "ana");
  assert.equal(code, "TRAINER_UNAVAILABLE");
  assert.match(message, /`memos adapters setup` makes one/);
  const missing = await failure("adapters", "setup", "--python", join(home, "no-python"));
  assert.equal(missing.code, "TRAINER_UNAVAILABLE");
});

test("doctor says what trains adapters, or how there will be something that does", async (t) => {
  const { home, store, environment: own } = await bare(t);
  const trainer = await pythonStandIn(t);
  const line = async (environment: Record<string, string>) => {
    const { stdout, status } = await memos(["doctor", ...store], {
      environment: { ...own, ...environment },
    });
    const lines = stdout.split("\n").filter((one) => / trainer: /.test(one));
    assert.equal(lines.length, 1, stdout);
    return `${status} ${lines[0]}`;
  };
  assert.match(
    await line({}),
    /^0 ok {4}trainer: .*`memos adapters setup`.* Only training adapters needs it\.$/,
  );
  assert.match(
    await line({ MEMOS_TRAINER_PYTHON: trainer.python }),
    /^0 ok {4}trainer: Python 3\.11\.7, PyTorch 2\.9\.1, PEFT 0\.21\.2$/,
  );
  assert.match(await line({ MEMOS_TRAINER_PYTHON: join(home, "no-python") }), /^1 FAIL {2}trainer: /);
  const key = { MEMOS_TRAINER_KEY: "k".repeat(16) };
  const insecure = await line({ MEMOS_TRAINER_URL: "http://trainer.example.com", ...key });
  assert.match(insecure, /^1 FAIL {2}trainer: .*https/);
});

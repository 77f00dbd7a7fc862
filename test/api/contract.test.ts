import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { EXAMPLE_CUBE, EXAMPLE_ID, EXAMPLE_VERSION } from "../../api/examples.js";
import { createServer } from "../../api/index.js";
import { TextEngine } from "../../bench/activation/textEngine.js";
import { MemOS } from "../../memos/index.js";

/** How long it may take, and how many requests that must be, on whatever machine. */
const SECONDS = 150;
const REQUESTS = 1_000;
const SECRET_TEXT = "The zeppelin lands at noon.";

/** Where scripts/fuzzer.mjs has put Schemathesis, or why there is none. */
function fuzzer(): { program: string } | { absent: string } {
  const found = new URL("../../../node_modules/.cache/memos-fuzzer.json", import.meta.url);
  if (!existsSync(found)) return { absent: "run `node scripts/fuzzer.mjs` first" };
  return JSON.parse(readFileSync(found, "utf8")) as { program: string } | { absent: string };
}

/**
 * What an engine or a trainer cannot do is 501 or 503, which is documented and no failure of the server. Whether odd
 * data is taken or refused is for the tests of each route. `events` goes on for ever unless told to end, and the
 * schema of a stream of events is that of one event's data, which OpenAPI 3.1 has no word for.
 */
const CONFIGURATION = `
[checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "501", "503"]
negative_data_rejection.enabled = false
positive_data_acceptance.enabled = false
missing_required_header.enabled = false
ensure_resource_availability.enabled = false

[[operations]]
include-operation-id = "events"
parameters = { "query.follow" = "false" }
checks.response_schema_conformance.enabled = false

[[operations]]
include-operation-id = "chat"
checks.response_schema_conformance.enabled = false
`;

const NDJSON = `
import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    return (json.dumps(value) + "\\n").encode()
`;

/** It waits for as long as it is asked to. */
const EXCLUDED = ["barrier"];

const found = fuzzer();

test("generated requests find no answer that the OpenAPI document does not describe", {
  skip: "absent" in found ? `no Schemathesis: ${found.absent}` : false,
}, async (t) => {
  assert.ok("program" in found);
  const folder = await mkdtemp(join(tmpdir(), "memos-contract-"));
  const memos = await MemOS.open({ path: join(folder, "store"), engine: new TextEngine() });
  let requests = 0;
  const defects: object[] = [];
  const logger = {
    info: (entry: object) => {
      if ("route" in entry) requests++;
    },
    warn: () => undefined,
    error: (entry: object) => void defects.push(entry),
  };
  const server = createServer(memos, { logger });
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const { address } = await server.listen(0, "127.0.0.1");
  const acme = { tenant: "acme", user: "ana" };
  // The ids of the document's examples are there.
  for await (const _ of memos.import([{ cube: EXAMPLE_CUBE, versions: [EXAMPLE_VERSION] }], acme));
  await memos.add(["I work in Porto.", "My cat is called Pixel.", "Pixel was ill in May."], acme);
  await memos.add(SECRET_TEXT, { tenant: "globex", user: "ana" });
  const { secret } = await memos.keys.create("acme", "fuzzing");

  await writeFile(join(folder, "schemathesis.toml"), CONFIGURATION);

  await writeFile(join(folder, "ndjson_lines.py"), NDJSON);
  const child = spawn(
    found.program,
    [
      "--config-file",
      join(folder, "schemathesis.toml"),
      "run",
      `${address}/openapi.json`,
      "--header",
      `Authorization: Bearer ${secret}`,
      ...EXCLUDED.flatMap((id) => ["--exclude-operation-id", id]),
      "--phases",
      "examples,coverage,fuzzing,stateful",
      "--max-examples",
      "10",
      "--max-time",
      String(SECONDS),
      "--seed",
      "7",
      // Threads that parse Python at the same time meet a fault of CPython (gh-106905).
      "--workers",
      "1",
      "--request-timeout",
      "20",
      "--no-color",
      "--warnings",
      "off",
      "--continue-on-failure",
      "--report",
      "ndjson",
      "--report-ndjson-path",
      join(folder, "run.ndjson"),
    ],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PYTHONUTF8: "1",
        PYTHONPATH: folder,
        SCHEMATHESIS_HOOKS: "ndjson_lines",
      },
    },
  );
  const [out, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  assert.equal(status, 0, `${out}\n${errors}`);
  assert.deepEqual(defects, []);
  assert.ok(requests >= REQUESTS, `${requests} requests`);
  t.diagnostic(`${requests} requests`);
  assert.ok(!readFileSync(join(folder, "run.ndjson"), "utf8").includes("zeppelin"));
  assert.equal((await memos.stats({ tenant: "globex" })).cubes, 1);
  assert.equal((await memos.readiness()).ready, true);
  void EXAMPLE_ID;
});

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

/** Requests of one run at least. */
const REQUESTS = 5_000;
const SECRET_TEXT = "The zeppelin lands at noon.";

/** Where scripts/fuzzer.mjs has put Schemathesis, or why there is none. */
function fuzzer(): { program: string } | { absent: string } {
  const found = new URL("../../../node_modules/.cache/memos-fuzzer.json", import.meta.url);
  if (!existsSync(found)) return { absent: "run `node scripts/fuzzer.mjs` first" };
  return JSON.parse(readFileSync(found, "utf8")) as { program: string } | { absent: string };
}

/**
 * `events` goes on for ever unless told to end, and a barrier waits for minutes: they are told not to. What needs a
 * trainer answers 503 without one, which is documented, and no failure of the server.
 */
const CONFIGURATION = `
[[operations]]
include-operation-id = "events"
parameters = { "query.follow" = "false" }
`;

const EXCLUDED = ["barrier"];

interface Logged {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
}

const found = fuzzer();

test("5,000 generated requests find no answer that the OpenAPI document does not describe", {
  skip: "absent" in found ? `no Schemathesis: ${found.absent}` : false,
}, async (t) => {
  assert.ok("program" in found);
  const folder = await mkdtemp(join(tmpdir(), "memos-contract-"));
  const memos = await MemOS.open({ path: join(folder, "store"), engine: new TextEngine() });
  const requests: Logged[] = [];
  const defects: object[] = [];
  const logger = {
    info: (entry: object) => void requests.push(entry as Logged),
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
  const child = spawn(
    found.program,
    [
      "--config-file",
      join(folder, "schemathesis.toml"),
      "run",
      `${address}/openapi.json`,
      "--header",
      `Authorization: Bearer ${secret}`,
      "--checks",
      CHECKS.join(","),
      ...EXCLUDED.flatMap((id) => ["--exclude-operation-id", id]),
      "--phases",
      "examples,coverage,fuzzing,stateful",
      "--max-examples",
      "12",
      "--seed",
      "7",
      "--workers",
      "2",
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
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PYTHONUTF8: "1" } },
  );
  const [out, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  assert.equal(status, 0, `${out}\n${errors}`);
  assert.deepEqual(defects, []);
  assert.ok(requests.length >= REQUESTS, `${requests.length} requests`);
  t.diagnostic(`${requests.length} requests`);
  assert.ok(!readFileSync(join(folder, "run.ndjson"), "utf8").includes("zeppelin"));
  assert.equal((await memos.stats({ tenant: "globex" })).cubes, 1);
  assert.equal((await memos.readiness()).ready, true);
  void EXAMPLE_ID;
});

const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
  "allow_header_conformance",
  "use_after_free",
  "ignored_auth",
];

import assert from "node:assert/strict";
import { Session } from "node:inspector";
import { test } from "node:test";
import { engineReport } from "../../../../memos/inference/local/engineReport.js";

test("neither the SDK nor an engine at work loads llama.cpp into this process", async (t) => {
  const scripts: string[] = [];
  const session = new Session();
  session.connect();
  t.after(() => session.disconnect());
  session.on("Debugger.scriptParsed", ({ params }) => scripts.push(params.url));
  session.post("Debugger.enable");
  await import("../../../../memos/index.js");
  const { localEngine } = await import("./support.js");
  await (await localEngine(t)).model();
  assert.deepEqual(
    scripts.filter((url) => url.includes("/node_modules/node-llama-cpp/") || url.includes("/local/child")),
    [],
  );
});

test("the report says which llama.cpp runs here", async () => {
  const { runs, detail } = await engineReport();
  assert.ok(runs, detail);
  assert.match(detail, /^llama\.cpp \S+ (on the CPU|with \w+)$/);
});

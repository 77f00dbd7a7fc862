import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { OPERATIONS } from "../../../api/client/generated/operations.js";
import type { MemosClient } from "../../../api/client/index.js";
import { openApiDocument } from "../../../api/openapi.js";

const run = promisify(execFile);
const script = fileURLToPath(new URL("../../../../scripts/clientTypes.mjs", import.meta.url));

test("what the client knows of REST is what the document says; otherwise: npm run client:types", async () => {
  await run(process.execPath, [script, "--check"]);
});

test("every operation of the document can be called by its name", () => {
  const ids = Object.values(openApiDocument().paths ?? {}).flatMap((methods) =>
    Object.values(methods).map(({ operationId }: { operationId?: string }) => operationId),
  );
  assert.deepEqual(Object.keys(OPERATIONS).sort(), ids.sort());
});

test("inputs and answers are typed by the operation", () => {
  // Never called: what is wrong here does not compile.
  const typed = async (client: MemosClient) => {
    const receipt = await client.request("freezeMemory", { path: { id: "x" } });
    const operation: "add" | "forget" | (typeof receipt)["operation"] = receipt.operation;
    // @ts-expect-error An id is needed.
    await client.request("freezeMemory", {});
    // @ts-expect-error There is no such operation.
    await client.request("meltMemory", {});
    // @ts-expect-error It answers with a stream.
    await client.request("exportMemories", {});
    // @ts-expect-error A number.
    await client.search("x", { k: "many" });
    for await (const event of client.stream("events", {})) return [operation, event.sequence];
    return undefined;
  };
  assert.equal(typeof typed, "function");
});

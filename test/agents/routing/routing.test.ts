import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Router } from "../../../agents/routing/router.js";
import { ROUTED_TYPES, type RoutedType } from "../../../agents/routing/routerModel.js";
import { isMemosError, type Origin } from "../../../memcube/index.js";

interface Labelled {
  readonly id: string;
  readonly role: Origin;
  readonly text: string;
  readonly labels: readonly RoutedType[];
}

const FILE = new URL("../../../../test/agents/routing/messages.jsonl", import.meta.url);
const MESSAGES: readonly Labelled[] = readFileSync(FILE, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const AT = new Date("2025-03-01T00:00:00Z");
const router = await Router.load();
const messageOf = ({ role, text }: Labelled) => ({ text, origin: role, actor: "user", at: AT });

test("without a model, 300 messages that nothing was learned from are routed with a macro F1 of at least 0.75", async () => {
  const routes = await router.route(MESSAGES.map(messageOf));
  const f1 = ROUTED_TYPES.map((type) => {
    const wanted = MESSAGES.map(({ labels }) => labels.includes(type));
    const said = routes.map(({ types }) => types.includes(type));
    const both = wanted.filter((one, index) => one && said[index]).length;
    const each = wanted.filter(Boolean).length + said.filter(Boolean).length;
    return (2 * both) / each;
  });
  const macro = f1.reduce((sum, one) => sum + one, 0) / f1.length;
  assert.ok(macro >= 0.75, `macro F1 ${macro.toFixed(3)} (${f1.map((one) => one.toFixed(2)).join(", ")})`);
});

test("a message is routed alike alone and among others", async () => {
  const some = MESSAGES.slice(0, 20).map(messageOf);
  const together = await router.route(some);
  for (const [index, message] of some.entries())
    assert.deepEqual((await router.route([message]))[0], together[index]);
});

test("a message of a megabyte, one without a word and one of signs alone have routes", async () => {
  const texts = ["x".repeat(1024 * 1024), "…", "🙂", "?", "\n\n"];
  const routes = await router.route(texts.map((text) => ({ text, origin: "user", actor: "user", at: AT })));
  for (const { scores } of routes)
    for (const type of ROUTED_TYPES) assert.ok(scores[type] >= 0 && scores[type] <= 1);
});

test("a damaged model is refused, and said so", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "memos-router-")), "router.bin");
  const whole = readFileSync(new URL("../../../../models/router/router.bin", import.meta.url));
  for (const bytes of [whole.subarray(0, whole.length - 4), Buffer.from("{}\n"), Buffer.alloc(0)]) {
    await writeFile(path, bytes);
    await assert.rejects(Router.load(path), (error) => isMemosError(error, "STORE_INVALID"));
  }
});

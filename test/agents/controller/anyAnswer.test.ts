import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { CONTROLLER, controller } from "../../../agents/index.js";
import { runControllerBench } from "../../../bench/controller.js";
import { sha256, textOf } from "../../../memcube/index.js";
import { openMemos } from "../../memos/support.js";
import { ScriptedModel } from "./scripted.js";

const text = fc.oneof(
  fc.constantFrom("Ana lives in Lisbon.", "human", "", "\u0000", "2026-03-01"),
  fc.string(),
);
const handle = fc.oneof({ weight: 4, arbitrary: fc.constantFrom("n1", "n2", "c1", "c2") }, fc.string());
const handles = fc.array(handle, { maxLength: 3 });
const perhaps = fc.option(text);
const memory = fc.record(
  {
    type: fc.constantFrom("core", "episodic", "semantic", "procedural", "resource", "vault", "working"),
    from: handles,
    replaces: handles,
    label: text,
    value: text,
    what: text,
    who: fc.array(text),
    where: perhaps,
    when: perhaps,
    details: perhaps,
    name: text,
    kind: fc.constantFrom("guide", "script", "x"),
    preconditions: fc.array(text),
    steps: fc.array(text),
    title: text,
    uri: perhaps,
    summary: text,
  },
  { requiredKeys: ["type", "from"] },
);
const anything = fc.record({
  notes: fc.array(fc.record({ handle, keywords: fc.array(text), tags: fc.array(text), context: text })),
  links: fc.array(
    fc.record({ from: handle, to: handle, kind: fc.constantFrom("link", "supports", "x"), why: text }),
  ),
  memories: fc.array(fc.oneof(memory, fc.jsonValue())),
  forget: fc.array(fc.oneof(fc.record({ asks: handle, forget: handle }), fc.jsonValue())),
});

test("whatever is answered, what was said is kept, and what is made has its sources in its own scope", async () => {
  const model = new ScriptedModel(() => ({}));
  const { memos } = await openMemos({ after }, { model, reader: controller() });
  let batch = 0;
  const written = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(anything, async (said) => {
      const scope = { tenant: "t", user: `user ${batch % 3}` };
      const texts = [`I live in Lisbon, number ${batch++}.`, `Please forget number ${batch}.`];
      model.script = () => said;
      const receipt = await memos.add(texts, scope, { wait: "derived" });
      assert.equal(receipt.llmCalls, 1);
      for (const [index, { id }] of receipt.written.entries()) written.set(id, texts[index] ?? "");
    }),
    { numRuns: 60 },
  );
  for (const user of ["user 0", "user 1", "user 2"]) {
    const scope = { tenant: "t", user };
    for await (const { cube } of memos.export(scope)) {
      const { actor, sources } = cube.provenance;
      if (cube.state !== "forgotten" && written.has(cube.id))
        assert.equal(textOf(cube), written.get(cube.id));
      if (actor !== CONTROLLER) continue;
      assert.ok(sources.length > 0);
      for (const source of sources) {
        const original = written.get(source.cube);
        assert.ok(original !== undefined && sha256(original) === source.sha256);
      }
    }
  }
});

test("a model of random weights that keeps to the form loses nothing and writes nowhere else", async () => {
  const result = await runControllerBench({ batches: 6, messages: 3 }, () => undefined);
  const { callsPerBatch, lost, withoutSource, outsideScope } = result;
  assert.deepEqual(
    { callsPerBatch, lost, withoutSource, outsideScope },
    { callsPerBatch: 1, lost: 0, withoutSource: 0, outsideScope: 0 },
  );
});

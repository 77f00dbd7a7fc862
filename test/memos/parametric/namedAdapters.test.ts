import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import type { AdapterUse, GenerateRequest } from "../../../memos/inference/engine.js";
import { ask } from "../chat/support.js";
import { localEngine } from "../inference/local/support.js";
import { remember } from "../support.js";
import { ANA, openTraining, QUESTION, trained } from "./support.js";

const ASKED = { remember: false, budget: 0, maxTokens: 2 } as const;
const engine = await localEngine({ after }, { sequences: 2 });

test("a server that knows adapters by name gets the nearest one at scale 1, and is told when it is gone", async (t) => {
  const given: (readonly AdapterUse[])[] = [];
  const unloaded: AdapterUse[] = [];
  const parts: Record<PropertyKey, unknown> = {
    capabilities: { ...engine.capabilities, adapters: "named" },
    generate: (request: GenerateRequest) => {
      given.push(request.adapters ?? []);
      return engine.generate(request);
    },
    unloadAdapter: async (adapter: AdapterUse) => void unloaded.push(adapter),
  };
  const server = new Proxy(engine, {
    get(target, name) {
      const found = parts[name] ?? Reflect.get(target, name, target);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
  const { memos, path } = await openTraining(t, { engine: server });
  await remember(memos, "Ana lives in Lisbon.", ANA);
  const [wide, near, half] = [
    await trained(memos, ANA),
    await trained(memos, ANA),
    await trained(memos, ANA),
  ];
  await memos.adapters.attach(wide, { tenant: "acme" });
  await memos.adapters.attach(near, ANA);
  await memos.adapters.attach(half, ANA, { scale: 0.5 });
  const { adapters, warnings } = await ask(memos, QUESTION, ANA, ASKED);
  assert.deepEqual(
    adapters.map(({ id }) => id),
    [near],
  );
  assert.deepEqual(
    given.at(-1)?.map(({ peft, scale }) => [peft, scale]),
    [[join(path, "adapters", near), 1]],
  );
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]?.message ?? "", new RegExp(`${half}.*scale 1`));
  assert.match(warnings[1]?.message ?? "", new RegExp(`${wide}.*nearer`));
  await memos.adapters.revoke(near, ANA);
  assert.deepEqual(
    unloaded.map(({ peft }) => peft),
    [join(path, "adapters", near)],
  );
  assert.deepEqual(
    (await ask(memos, QUESTION, ANA, ASKED)).adapters.map(({ id }) => id),
    [wide],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Gate } from "../../../memos/inference/gate.js";

test("never more tasks than places run, all of them run, in order of arrival", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ turns: fc.nat(5), fails: fc.boolean() }), { maxLength: 20 }),
      async (places, tasks) => {
        const gate = new Gate(places);
        const started: number[] = [];
        let running = 0;
        const results = await Promise.allSettled(
          tasks.map(({ turns, fails }, at) =>
            gate.run(async () => {
              started.push(at);
              assert.ok(++running <= places);
              for (let turn = 0; turn < turns; turn++) await Promise.resolve();
              running--;
              if (fails) throw new Error("task");
              return at;
            }),
          ),
        );
        assert.deepEqual(started, [...tasks.keys()]);
        for (const [at, result] of results.entries())
          assert.equal(result.status, tasks[at]?.fails ? "rejected" : "fulfilled");
      },
    ),
  );
});

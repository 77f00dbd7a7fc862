import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { Programs } from "../../../agents/programs/index.js";
import type { MemOS } from "../../../memos/index.js";
import type { ChatModel } from "../../../memos/inference/index.js";
import { openMemos } from "../../memos/support.js";
import {
  DOCUMENT,
  INDEX,
  ScriptedModel,
  sectionInstructions,
  writesSections,
  writtenDocument,
  writtenIndex,
} from "./scripted.js";

const SCOPE = { tenant: "acme", user: "ana" };
const INSTRUCTIONS = 6;

class Crash extends Error {}

/** Where one life of a process ends: at which of its calls to memory or model, before or after it took effect. */
interface Death {
  readonly call: number;
  readonly after: boolean;
}

const CRASHING = ["add", "update", "get", "list", "history", "restore", "forget"] as const;

/** Memory and model that fail once and for all at a certain call, as if the process ended there. */
function mortal(memos: MemOS, model: ChatModel, death: Death): { memos: MemOS; model: ChatModel } {
  let calls = 0;
  const lived = async <T>(work: () => Promise<T>): Promise<T> => {
    const last = ++calls >= death.call;
    if (calls > death.call || (last && !death.after)) throw new Crash();
    const result = await work();
    if (last) throw new Crash();
    return result;
  };
  return {
    memos: new Proxy(memos, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property, target);
        if (typeof method !== "function") return method;
        const call = (...args: unknown[]): unknown => method.apply(target, args);
        const isCrashing = (CRASHING as readonly PropertyKey[]).includes(property);
        return isCrashing ? (...args: unknown[]) => lived(async () => call(...args)) : call;
      },
    }),
    model: { name: model.name, complete: (request) => lived(() => model.complete(request)) },
  };
}

const { memos } = await openMemos({ after });

/** Marks of the attempts that changed a file, in the order of its versions. */
async function marksOf(cube: string): Promise<{ step: unknown; attempt: unknown }[]> {
  const { versions, intact } = await memos.history(cube, SCOPE);
  assert.ok(intact);
  return versions.map(({ content }) => {
    const { step, attempt } = content.attributes.metadata;
    return { step, attempt };
  });
}

const deaths = fc.array(fc.record({ call: fc.integer({ min: 1, max: 40 }), after: fc.boolean() }), {
  maxLength: 8,
});

test("a program that dies at any calls to memory or model, before or after they take effect, completes as if it had not", async () => {
  const model = new ScriptedModel(writesSections);
  await fc.assert(
    fc.asyncProperty(deaths, async (lives) => {
      const programs = new Programs(memos, model);
      const { id } = await programs.plan("A document.", SCOPE, {
        instructions: sectionInstructions(INSTRUCTIONS),
      });
      for (const death of lives) {
        const { memos: memory, model: voice } = mortal(memos, model, death);
        const outcome = await new Programs(memory, voice).run(id, SCOPE).catch((error: unknown) => error);
        if (!(outcome instanceof Crash))
          assert.ok(outcome !== null && typeof outcome === "object" && "state" in outcome, String(outcome));
        // Whoever looks meanwhile sees what is done and nothing else.
        const { receipt } = await programs.status(id, SCOPE);
        const texts = await Promise.all(
          (await programs.files(id, SCOPE)).map(async ({ path }) => [
            path,
            await programs.read(id, path, SCOPE),
          ]),
        );
        const expected = [
          [DOCUMENT, writtenDocument(receipt.instructionsDone)],
          [INDEX, writtenIndex(receipt.instructionsDone)],
        ].filter(([, text]) => text !== "");
        assert.deepEqual(texts, expected);
      }
      const status = await programs.run(id, SCOPE);
      assert.equal(status.state, "done");
      assert.equal(await programs.read(id, DOCUMENT, SCOPE), writtenDocument(INSTRUCTIONS));
      assert.equal(await programs.read(id, INDEX, SCOPE), writtenIndex(INSTRUCTIONS));
      for (const { cube, path } of await programs.files(id, SCOPE)) {
        const steps = new Set((await marksOf(cube)).map(({ step }) => step));
        const wanted = Array.from({ length: INSTRUCTIONS }, (_, at) => at + 1).filter(
          (step) => path === DOCUMENT || step % 3 === 0,
        );
        assert.deepEqual([...steps], wanted);
      }
    }),
    { numRuns: 25, examples: EXAMPLES },
  );
});

/** One death at each of the first calls: every place of the first three instructions, and both sides of it. */
const EXAMPLES: [Death[]][] = [
  [Array.from({ length: 24 }, (_, at) => ({ call: at + 2, after: true }))],
  [Array.from({ length: 24 }, (_, at) => ({ call: at + 2, after: false }))],
];

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MemosError } from "../../../../memcube/index.js";
import {
  BATCH_LIMITS,
  type BatchRequest,
  type BatchResult,
  runBatch,
} from "../../../../memos/inference/batching/index.js";
import { refused } from "../../support.js";
import { SequenceEngine } from "./sequenceEngine.js";

function document(letter: string, length = 400): string {
  return letter.repeat(length);
}

function asking(id: string, system: string, question: string): BatchRequest {
  return {
    id,
    maxTokens: 16,
    messages: [
      { role: "system", content: system },
      { role: "user", content: question },
    ],
  };
}

/** Requests over so many documents, in turn. */
function requestsOver(count: number, documents: number): BatchRequest[] {
  return Array.from({ length: count }, (_, at) =>
    asking(`r${at}`, document(String.fromCharCode(97 + (at % documents))), `question ${at}`),
  );
}

function textsOf(results: readonly BatchResult[]): (string | undefined)[] {
  return results.map((result) => (result.status === "done" ? result.text : result.error.code));
}

describe("a batch", () => {
  test("is answered in the order of its requests", async () => {
    const requests = requestsOver(12, 3);
    const { results } = await runBatch(new SequenceEngine(1), requests);
    assert.deepEqual(
      results.map(({ id }) => id),
      requests.map(({ id }) => id),
    );
    assert.deepEqual(
      textsOf(results),
      requests.map((_, at) => `question ${at}`),
    );
  });

  test("prefills on an engine what its plan says, a third of the order of arrival and less", async () => {
    const requests = requestsOver(64, 8);
    const planned = new SequenceEngine(2);
    const { plan, results } = await runBatch(planned, requests, { liveStates: 2 });
    assert.equal(planned.prefilled, plan.plannedPrefill);
    assert.equal(
      results.reduce((sum, result) => sum + (result.status === "done" ? result.tokens.prefilled : 0), 0),
      plan.plannedPrefill,
    );
    const arrival = new SequenceEngine(2);
    for (const { id: _, ...request } of requests) for await (const _event of arrival.generate(request));
    assert.ok(arrival.prefilled >= 3 * planned.prefilled, `${arrival.prefilled} and ${planned.prefilled}`);
  });

  test("never has more requests under way than live states, whatever it is made of", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (count, documents, liveStates) => {
          const engine = new SequenceEngine(liveStates, {
            course: () => new Promise((resolve) => setImmediate(resolve)),
          });
          const requests = requestsOver(count, documents);
          const { results } = await runBatch(engine, requests, { liveStates });
          assert.deepEqual(
            textsOf(results),
            requests.map((_, at) => `question ${at}`),
          );
          assert.ok(engine.mostRunning <= liveStates);
          assert.equal(engine.asked.length, count);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("runs as many groups at once as there are live states", async () => {
    const engine = new SequenceEngine(3, { course: () => new Promise((resolve) => setImmediate(resolve)) });
    await runBatch(engine, requestsOver(12, 3), { liveStates: 3 });
    assert.equal(engine.mostRunning, 3);
  });

  test("goes on when requests fail, and says what each failed at", async () => {
    const requests = [
      ...requestsOver(6, 2),
      asking("broken", document("a"), "broken"),
      asking("odd", document("a"), "odd"),
      asking("unreadable", document("a"), "unreadable"),
      { id: "empty", maxTokens: 1, messages: [] },
    ];
    const engine = new SequenceEngine(1, {
      course: ({ messages }) => {
        if (messages[1]?.content === "broken") throw new MemosError("MODEL_FAILED", "It broke.");
        if (messages[1]?.content === "odd") throw new TypeError("a defect");
      },
    });
    const { results, plan } = await runBatch(engine, requests);
    assert.deepEqual(textsOf(results), [
      ...Array.from({ length: 6 }, (_, at) => `question ${at}`),
      "MODEL_FAILED",
      "INTERNAL",
      "INVALID_INPUT",
      "INVALID_INPUT",
    ]);
    assert.equal(plan.groups.flatMap(({ members }) => members).length, 8);
  });

  test("groups prompts by their text where the engine does not tell its tokens", async () => {
    const engine = new SequenceEngine(1, { tokens: false });
    const { plan } = await runBatch(engine, requestsOver(16, 4));
    assert.deepEqual(
      plan.groups.map(({ members }) => members.length),
      [4, 4, 4, 4],
    );
    assert.ok(plan.groups.every(({ shared }) => shared >= 100 && shared <= 110));
    assert.equal(new Set(engine.asked.slice(0, 4).map((text) => text[0])).size, 1);
  });

  test("keeps apart what other adapters or tools shape", async () => {
    const adapter = { path: "/a.gguf", sha256: "a".repeat(64), scale: 1 };
    const tool = { name: "look", description: "", parameters: {} };
    const [plain, ...others] = requestsOver(4, 1);
    assert.ok(plain !== undefined);
    const requests: BatchRequest[] = [
      plain,
      ...others.map((request, at) => ({
        ...request,
        ...[{ adapters: [adapter] }, { adapters: [{ ...adapter, scale: 0.5 }] }, { tools: [tool] }][at],
      })),
    ];
    const { plan } = await runBatch(new SequenceEngine(1), requests);
    assert.equal(plan.groups.length, 4);
  });
});

describe("a batch that is cancelled", () => {
  test("is ABORTED, and nothing runs any more", async () => {
    const controller = new AbortController();
    const engine = new SequenceEngine(2, {
      course: ({ signal }) =>
        new Promise((resolve) => {
          signal?.addEventListener("abort", () => resolve());
          if (engine.asked.length === 4) controller.abort();
          else if (engine.asked.length < 3) resolve();
        }),
    });
    const { signal } = controller;
    await assert.rejects(
      runBatch(engine, requestsOver(12, 4), { liveStates: 2, signal }),
      refused("ABORTED"),
    );
    assert.equal(engine.running, 0);
    assert.equal(engine.asked.length, 4);
  });

  test("before it starts asks nothing", async () => {
    const engine = new SequenceEngine(1);
    await assert.rejects(
      runBatch(engine, requestsOver(2, 1), { signal: AbortSignal.abort() }),
      refused("ABORTED"),
    );
    assert.equal(engine.asked.length, 0);
  });

  test("in one request only goes on with the others", async () => {
    const requests = requestsOver(3, 1).map((request, at) =>
      at === 1 ? { ...request, signal: AbortSignal.abort() } : request,
    );
    const { results } = await runBatch(new SequenceEngine(1), requests, {
      signal: new AbortController().signal,
    });
    assert.deepEqual(textsOf(results), ["question 0", "ABORTED", "question 2"]);
  });
});

describe("a batch is refused before anything is asked", () => {
  test("with an id that appears twice", async () => {
    const engine = new SequenceEngine(1);
    const [one] = requestsOver(1, 1) as [BatchRequest];
    await assert.rejects(runBatch(engine, [one, one]), refused("INVALID_INPUT"));
    assert.equal(engine.asked.length, 0);
  });

  test("with too many requests", async () => {
    const engine = new SequenceEngine(1);
    const many = requestsOver(BATCH_LIMITS.requests + 1, 1);
    await assert.rejects(runBatch(engine, many), refused("TOO_LARGE"));
    assert.equal(engine.asked.length, 0);
  });

  test("with too many tokens", async () => {
    const engine = new SequenceEngine(1);
    engine.tokenize = async () => new Int32Array(BATCH_LIMITS.tokens / 2 + 1);
    await assert.rejects(runBatch(engine, requestsOver(2, 1)), refused("TOO_LARGE"));
    assert.equal(engine.asked.length, 0);
  });
});

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import fc from "fast-check";
import { isMemosError } from "../../../memcube/index.js";
import type { GenerateEvent, GenerateRequest } from "../../../memos/inference/engine.js";
import { OpenAIEngine, type OpenAIEngineOptions } from "../../../memos/inference/openaiEngine.js";
import { unitVector } from "../../../memos/inference/unitVector.js";
import { refused } from "../support.js";
import {
  type Behaviour,
  type CompletionBody,
  delta,
  echoes,
  fails,
  KEY,
  says,
  sendEvents,
  startCompletionServer,
  streams,
  understands,
  weighs,
} from "./completionServer.js";
import { DIMENSION, modelVector, startEmbeddingServer } from "./embeddingServer.js";

const REQUEST: GenerateRequest = { messages: [{ role: "user", content: "What?" }], maxTokens: 50 };

async function engineWith(
  t: TestContext,
  behaviours: readonly Behaviour[],
  options: Partial<OpenAIEngineOptions> = {},
) {
  const { baseURL, requests } = await startCompletionServer(t, ...behaviours);
  const engine = new OpenAIEngine({ model: "test", baseURL, apiKey: KEY, retries: 0, ...options });
  t.after(() => engine[Symbol.asyncDispose]());
  return { engine, requests };
}

async function eventsOf(events: AsyncIterable<GenerateEvent>): Promise<GenerateEvent[]> {
  const all: GenerateEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function textOf(events: readonly GenerateEvent[]): string {
  return events.map((event) => (event.kind === "text" ? event.text : "")).join("");
}

function endOf(events: readonly GenerateEvent[]) {
  const end = events.at(-1);
  assert.ok(end?.kind === "end");
  return end;
}

describe("an answer", () => {
  test("comes in the pieces that the server sends, then its counts and its end", async (t) => {
    const { engine, requests } = await engineWith(t, [says("Over ", "there", ".")]);
    const events = await eventsOf(engine.generate(REQUEST));
    const tokens = { prompt: 4, reused: 0, restored: 0, prefilled: 4, generated: 3 };
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["text", "text", "text", "prompt", "end"],
    );
    assert.equal(textOf(events), "Over there.");
    assert.deepEqual(events.at(-2), { kind: "prompt", tokens: { ...tokens, generated: 0 } });
    const end = endOf(events);
    assert.deepEqual([end.reason, end.tokens, end.restoreMs], ["stop", tokens, 0]);
    assert.ok(end.firstTokenMs <= end.totalMs);
    assert.deepEqual(requests, [
      {
        model: "test",
        messages: [{ role: "user", content: "What?" }],
        stream: true,
        stream_options: { include_usage: true },
        max_tokens: 50,
        temperature: 0,
      },
    ]);
  });

  test("is whole wherever the network cuts it", async (t) => {
    const text = fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 6 });
    let send: Behaviour = echoes;
    const { engine } = await engineWith(t, [(...given) => send(...given)]);
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 40 }), async (pieces, pieceBytes) => {
        send = (response) =>
          sendEvents(
            response,
            [...pieces.map((content) => delta({ content })), delta({}, "stop")],
            pieceBytes,
          );
        assert.equal(textOf(await eventsOf(engine.generate(REQUEST))), pieces.join(""));
      }),
      { numRuns: 30 },
    );
  });

  test("that is cut off at the limit says so", async (t) => {
    const { engine } = await engineWith(t, [echoes]);
    const messages = [{ role: "user" as const, content: "one two three four" }];
    const events = await eventsOf(engine.generate({ messages, maxTokens: 2 }));
    assert.equal(textOf(events), "one two");
    assert.equal(endOf(events).reason, "length");
  });

  test("is over when the server has said all, though it keeps the connection", async (t) => {
    const { engine } = await engineWith(t, [
      (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const event of [delta({ content: "Yes" }, "stop"), { choices: [], usage: {} }])
          response.write(`data: ${JSON.stringify(event)}\n\n`);
      },
    ]);
    assert.equal(textOf(await eventsOf(engine.generate(REQUEST))), "Yes");
  });

  test("is understood with Windows lines, comments, names of events and no last line", async (t) => {
    const body = [
      ": ping",
      "event: message",
      `data:${JSON.stringify(delta({ content: "Yes" }))}`,
      "",
      `data: ${JSON.stringify(delta({}, "stop"))}`,
    ].join("\r\n");
    const { engine } = await engineWith(t, [
      (response) => response.writeHead(200, { "content-type": "text/event-stream" }).end(body),
    ]);
    const events = await eventsOf(engine.generate(REQUEST));
    assert.equal(textOf(events), "Yes");
    assert.equal(endOf(events).tokens.prompt, 0, "a server that does not count costs no answer");
  });

  test("to a prompt that begins as an earlier one says how much of it was reused", async (t) => {
    const { engine } = await engineWith(t, [says("Yes")]);
    const long = Array.from({ length: 100 }, (_, at) => `word${at}`).join(" ");
    const ask = async (question: string) => {
      const messages = [
        { role: "system" as const, content: long },
        { role: "user" as const, content: question },
      ];
      return endOf(await eventsOf(engine.generate({ messages, maxTokens: 5 }))).tokens;
    };
    const first = await ask("One?");
    assert.deepEqual([first.reused, first.prefilled], [0, first.prompt]);
    const second = await ask("Two?");
    assert.ok(second.reused >= 96, `${second.reused}`);
    assert.equal(second.prefilled, second.prompt - second.reused);
    assert.equal(second.restored, 0);
  });

  test("is asked for with sampling, stops and limits as the request says", async (t) => {
    const { engine, requests } = await engineWith(t, [says("Yes")], {
      temperature: null,
      tokenLimitField: "max_completion_tokens",
    });
    await eventsOf(
      engine.generate({ ...REQUEST, temperature: 0.5, topP: 0.9, seed: 7, stop: ["\n", "END"] }),
    );
    const [{ temperature, top_p, seed, stop, max_completion_tokens, max_tokens }] = requests as [
      CompletionBody,
    ];
    assert.deepEqual(
      [temperature, top_p, seed, stop, max_completion_tokens, max_tokens],
      [0.5, 0.9, 7, ["\n", "END"], 50, undefined],
    );
    await eventsOf(engine.generate(REQUEST));
    assert.equal(requests[1]?.["temperature"], undefined);
  });
});

describe("tools", () => {
  const tools = [{ name: "look", description: "Looks.", parameters: { type: "object" } }];
  const call = (fields: object) => delta({ tool_calls: [fields] });

  test("are called with arguments put together from their pieces", async (t) => {
    const { engine, requests } = await engineWith(t, [
      streams(
        delta({ content: "Let me look." }),
        call({ index: 0, id: "c1", type: "function", function: { name: "look", arguments: "" } }),
        call({ index: 0, function: { arguments: '{"at":' } }),
        call({ index: 1, id: "c2", function: { name: "look", arguments: '{"at":2' } }),
        call({ index: 0, function: { arguments: "1}" } }),
        call({ index: 1, function: { arguments: "}" } }),
        delta({}, "tool_calls"),
      ),
    ]);
    const events = await eventsOf(engine.generate({ ...REQUEST, tools }));
    assert.equal(textOf(events), "Let me look.");
    assert.deepEqual(
      events.filter(({ kind }) => kind === "toolCall"),
      [
        { kind: "toolCall", id: "c1", name: "look", arguments: '{"at":1}' },
        { kind: "toolCall", id: "c2", name: "look", arguments: '{"at":2}' },
      ],
    );
    assert.equal(endOf(events).reason, "toolCalls");
    assert.deepEqual(requests[0]?.["tools"], [{ type: "function", function: tools[0] }]);
  });

  test("are called by servers that neither number calls nor name the reason", async (t) => {
    const { engine } = await engineWith(t, [
      streams(
        call({ id: "a", function: { name: "look", arguments: "{" } }),
        call({ function: { arguments: "}" } }),
        call({ id: "b", function: { name: "look", arguments: "{}" } }),
        delta({}, "stop"),
      ),
    ]);
    const events = await eventsOf(engine.generate({ ...REQUEST, tools }));
    assert.deepEqual(
      events.flatMap((event) => (event.kind === "toolCall" ? [[event.id, event.arguments]] : [])),
      [
        ["a", "{}"],
        ["b", "{}"],
      ],
    );
    assert.equal(endOf(events).reason, "toolCalls");
  });

  test("answer the calls that the assistant made", async (t) => {
    const { engine, requests } = await engineWith(t, [says("Done")]);
    const toolCalls = [{ id: "c1", name: "look", arguments: "{}" }];
    await eventsOf(
      engine.generate({
        maxTokens: 5,
        tools,
        messages: [
          { role: "user", content: "Look." },
          { role: "assistant", content: "", toolCalls },
          { role: "tool", content: "seen", toolCallId: "c1" },
        ],
      }),
    );
    assert.deepEqual(requests[0]?.messages.slice(1), [
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: "{}" } }],
      },
      { role: "tool", content: "seen", tool_call_id: "c1" },
    ]);
  });

  test("do not go together with a schema", async (t) => {
    const { engine, requests } = await engineWith(t, [says("Yes")]);
    await assert.rejects(
      eventsOf(engine.generate({ ...REQUEST, tools, schema: {} })),
      refused("INVALID_INPUT"),
    );
    assert.equal(requests.length, 0);
  });
});

describe("a schema", () => {
  const schema = { type: "object", properties: { a: { type: "string" } } };
  const asked = { ...REQUEST, schema };

  test("is sent with the request", async (t) => {
    const { engine, requests } = await engineWith(t, [says("{}")]);
    await eventsOf(engine.generate(asked));
    assert.deepEqual(requests[0]?.response_format, {
      type: "json_schema",
      json_schema: { name: "answer", schema, strict: true },
    });
    assert.deepEqual(requests[0]?.messages, [{ role: "user", content: "What?" }]);
  });

  for (const [refusing, forms] of Object.entries({
    "a server without schemas": ["json_object", undefined],
    "a server without forms": [undefined],
  }))
    test(`is in the prompt for ${refusing}, which is asked so from then on`, async (t) => {
      const { engine, requests } = await engineWith(t, [understands(forms, says("{}"))]);
      await eventsOf(engine.generate(asked));
      const last = requests.at(-1);
      assert.equal(last?.response_format?.type, forms[0]);
      assert.match(last?.messages[0]?.content ?? "", /follows this JSON schema/);
      const before = requests.length;
      await eventsOf(
        engine.generate({ ...asked, messages: [{ role: "system", content: "Be." }, ...REQUEST.messages] }),
      );
      assert.equal(requests.length, before + 1);
      assert.match(requests.at(-1)?.messages[0]?.content ?? "", /^Be\.\n\n.*\{"type":"object"/s);
    });

  test("is not given up for a prompt that is too long", async (t) => {
    const { engine, requests } = await engineWith(t, [fails(400, { code: "context_length_exceeded" })]);
    await assert.rejects(eventsOf(engine.generate(asked)), refused("INVALID_INPUT"));
    assert.equal(requests.length, 1);
  });
});

describe("embeddings", () => {
  test("come from the server's embedding model as unit vectors", async (t) => {
    const { baseURL, requests } = await startEmbeddingServer(t);
    const engine = new OpenAIEngine({
      model: "test",
      baseURL,
      embedding: { model: "e", dimension: DIMENSION },
    });
    assert.equal(engine.capabilities.embeddings, true);
    assert.deepEqual(await engine.embed(["one"]), [unitVector(modelVector("one"), DIMENSION)]);
    assert.equal(requests[0]?.body["model"], "e");
  });

  test("that fail are failures of the engine", async (t) => {
    const { baseURL } = await startEmbeddingServer(t, (response) => response.writeHead(400).end());
    const engine = new OpenAIEngine({
      model: "test",
      baseURL,
      embedding: { model: "e", dimension: DIMENSION },
    });
    await assert.rejects(engine.embed(["one"]), refused("MODEL_FAILED"));
    await assert.rejects(engine.embed(["one"], AbortSignal.abort()), refused("ABORTED"));
  });
});

describe("a decision", () => {
  const messages = [{ role: "user" as const, content: "Is it day?" }];

  test("has the probabilities of the letters that stand for the choices", async (t) => {
    const { engine, requests } = await engineWith(t, [weighs({ B: 0.5, " A": 0.2, A: 0.1, "?": 0.2 })], {
      logprobs: true,
    });
    const { choice, probabilities } = await engine.decide(messages, ["yes", "no", "maybe"]);
    assert.equal(choice, "no");
    assert.deepEqual(
      probabilities.map((probability) => Math.round(probability * 1_000)),
      [375, 625, 0],
    );
    const [{ max_tokens, logprobs, top_logprobs }] = requests as [CompletionBody];
    assert.deepEqual([max_tokens, logprobs, top_logprobs], [1, true, 20]);
    assert.match(requests[0]?.messages[0]?.content ?? "", /^Is it day\?\n\n.*\nA\) yes\nB\) no\nC\) maybe$/s);
  });

  test("is asked for by the user where the assistant spoke last", async (t) => {
    const { engine, requests } = await engineWith(t, [weighs({ A: 1 })], { logprobs: true });
    const spoken = [...messages, { role: "assistant" as const, content: "It is." }];
    await engine.decide(spoken, ["yes", "no"]);
    assert.deepEqual(
      requests[0]?.messages.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
  });

  for (const [server, behaviour] of Object.entries({
    "answers without probabilities": ((response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ choices: [{ message: { content: "A" }, logprobs: null }] }))) as Behaviour,
    "refuses to tell them": fails(400),
  }))
    test(`by a server that ${server} is UNSUPPORTED`, async (t) => {
      const { engine } = await engineWith(t, [behaviour], { logprobs: true });
      await assert.rejects(engine.decide(messages, ["yes", "no"]), refused("UNSUPPORTED"));
    });

  test("in which no choice is among the probable tokens is MODEL_FAILED", async (t) => {
    const { engine } = await engineWith(t, [weighs({ "<think>": 1 })], { logprobs: true });
    await assert.rejects(engine.decide(messages, ["yes", "no"]), refused("MODEL_FAILED"));
  });

  test("needs from 1 to 20 choices that differ", async (t) => {
    const { engine, requests } = await engineWith(t, [weighs({ A: 1 })], { logprobs: true });
    for (const choices of [[], ["yes", "yes"], ["yes", ""]])
      await assert.rejects(engine.decide(messages, choices), refused("INVALID_INPUT"));
    const many = Array.from({ length: 21 }, (_, at) => `choice ${at}`);
    await assert.rejects(engine.decide(messages, many), refused("TOO_LARGE"));
    assert.equal(requests.length, 0);
    await engine.decide(messages, many.slice(1));
  });
});

describe("what the server cannot do", () => {
  const adapters = [{ path: "/a.gguf", sha256: "a".repeat(64), scale: 1 }];
  const attempts: Record<string, (engine: OpenAIEngine) => Promise<unknown>> = {
    embedding: (engine) => engine.embed(["one"]),
    ranking: (engine) => engine.rank(),
    deciding: (engine) => engine.decide(REQUEST.messages, ["yes", "no"]),
    tokenizing: (engine) => engine.tokenize(REQUEST.messages),
    "a fingerprint": (engine) => engine.fingerprint(),
    compiling: (engine) => engine.compile(),
    forgetting: (engine) => engine.drop(),
    "adapters to an answer": (engine) => eventsOf(engine.generate({ ...REQUEST, adapters })),
  };
  for (const [what, attempt] of Object.entries(attempts))
    test(`${what} is UNSUPPORTED, names the server and what to use, and sends nothing`, async (t) => {
      const { engine, requests } = await engineWith(t, [says("Yes")]);
      await assert.rejects(attempt(engine), (error) => {
        assert.ok(isMemosError(error, "UNSUPPORTED"));
        assert.match(error.message, /^The model server at 127\.0\.0\.1:\d+ .*\. (Use|Configure) .*\.$/);
        return true;
      });
      assert.equal(requests.length, 0);
    });

  test("adapters to a decision is UNSUPPORTED too", async (t) => {
    const { engine, requests } = await engineWith(t, [weighs({ A: 1 })], { logprobs: true });
    await assert.rejects(
      engine.decide(REQUEST.messages, ["yes", "no"], { adapters }),
      refused("UNSUPPORTED"),
    );
    assert.equal(requests.length, 0);
  });

  test("a stored state is a miss with its reason", async (t) => {
    const { engine } = await engineWith(t, [says("Yes")]);
    const state = { path: "/state", sha256: "a".repeat(64) };
    const events = await eventsOf(engine.generate({ ...REQUEST, state }));
    const prompt = events.find((event) => event.kind === "prompt");
    assert.match(prompt?.miss ?? "", /takes no stored states/);
  });

  test("is what its capabilities say", async (t) => {
    const { engine } = await engineWith(t, []);
    assert.deepEqual(engine.capabilities, {
      schema: "requested",
      tools: true,
      embeddings: false,
      ranking: false,
      decisions: false,
      tokens: false,
      state: "prefix",
      adapters: "none",
      prefixes: { isolated: false, counted: "configured", dropped: false, pinned: false },
    });
    assert.deepEqual(await engine.model(), { name: "test", sha256: undefined, contextTokens: 8_192 });
    assert.equal(engine.name, "openai/test");
  });
});

describe("a request is refused before it is sent", () => {
  for (const [fault, change] of Object.entries({
    "without messages": { messages: [] },
    "without room for an answer": { maxTokens: 0 },
    "with an empty stop": { stop: [""] },
    "too hot": { temperature: 3 },
  } satisfies Record<string, Partial<GenerateRequest>>))
    test(fault, async (t) => {
      const { engine, requests } = await engineWith(t, [says("Yes")]);
      await assert.rejects(eventsOf(engine.generate({ ...REQUEST, ...change })), refused("INVALID_INPUT"));
      assert.equal(requests.length, 0);
    });
});

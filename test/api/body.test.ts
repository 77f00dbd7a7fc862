import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { HTTP_LIMITS } from "../../api/limits.js";
import { type Answer, answerOf, type Harness, JSON_BODY, problemOf, startServer } from "./harness.js";

async function post(
  api: Harness,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerOf(
    await fetch(`${api.address}/v1/memories`, {
      method: "POST",
      headers: { ...JSON_BODY, ...headers },
      body,
    }),
  );
}

/** A request as bytes, for what no client library sends; the status and the body of the answer. */
function raw(api: Harness, bytes: string): Promise<{ status: number; text: string }> {
  const { port } = new URL(api.address);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket
      .setEncoding("utf8")
      .on("data", (chunk: string) => {
        text += chunk;
      })
      .on("error", reject)
      .on("end", () =>
        resolve({ status: Number(text.split(" ")[1]), text: text.split("\r\n\r\n")[1] ?? "" }),
      );
  });
}

test("what is not JSON is refused without repeating it", async (t) => {
  const api = await startServer(t);
  for (const body of ["", "   ", "{", '{"input": private}', "NaN"]) {
    const answer = await post(api, body);
    assert.equal(problemOf(answer, 400).code, "INVALID_INPUT");
    assert.ok(!answer.text.includes("private"));
  }
  for (const body of ["null", "[]", '"text"', "1"]) problemOf(await post(api, body), 400);
});

test("bytes that are not UTF-8 are refused, wherever they are", async (t) => {
  const api = await startServer(t);
  const faults = [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]];
  for (const fault of faults) {
    const body = Buffer.concat([Buffer.from('{"input":"a'), Buffer.from(fault), Buffer.from('"}')]);
    problemOf(await post(api, new Uint8Array(body)), 400);
  }
  assert.equal(problemOf(await post(api, '{"input":"\\ud800"}'), 400).path, "input");
  assert.equal((await post(api, '{"input":"\\ud83d\\ude00"}')).status, 201);
  assert.equal((await api.memos.stats({ tenant: "local" })).cubes, 1);
});

test("a body over the limit is refused, announced or not", async (t) => {
  const api = await startServer(t);
  const text = JSON.stringify({ input: "x".repeat(HTTP_LIMITS.bodyBytes) });
  assert.equal(problemOf(await post(api, text), 413).code, "TOO_LARGE");
  const chunk = `${(64 * 1024).toString(16)}\r\n${"x".repeat(64 * 1024)}\r\n`;
  const head = `POST /v1/memories HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
  const chunks = chunk.repeat(HTTP_LIMITS.bodyBytes / (64 * 1024) + 1);
  assert.equal((await raw(api, `${head}${chunks}0\r\n\r\n`)).status, 413);
});

test("a text over the limit of a cube is too large, with its path", async (t) => {
  const api = await startServer(t);
  const problem = problemOf(await post(api, JSON.stringify({ input: ["a", "x".repeat(1_100_000)] })), 413);
  assert.equal(problem.code, "TOO_LARGE");
  assert.equal(problem.path, "input.1");
});

test("hostile JSON is refused while it is cheap", async (t) => {
  const api = await startServer(t);
  const deep = 1_000_000;
  const cases: [body: string, status: number][] = [
    [`{"input":${"[".repeat(deep)}${"]".repeat(deep)}}`, 400],
    [`{"input":${'{"a":'.repeat(deep)}1${"}".repeat(deep)}}`, 400],
    [`{"input":[${"0,".repeat(deep)}0]}`, 413],
    [`{"query":"a","where":{"and":[${"1,".repeat(deep)}1]}}`, 413],
    [
      `{"input":{"text":"a","metadata":{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":1`).join()}}}}`,
      413,
    ],
    [
      JSON.stringify({
        input: Array(100).fill({ text: "a", metadata: Object.fromEntries(Array(500).fill({}).entries()) }),
      }),
      413,
    ],
    ['{"input":{"text":"a","metadata":{"__proto__":"b"}}}', 400],
    [`{${Array.from({ length: 1_000 }, (_, i) => `"${"k".repeat(1_000)}${i}":1`).join()}}`, 400],
  ];
  for (const [body, status] of cases) {
    const answer = await post(api, body);
    problemOf(answer, status);
    assert.ok(answer.text.length < 2_000, answer.text.slice(0, 200));
  }
  assert.equal((await api.send("GET", "/healthz")).status, 200);
});

test("only plain UTF-8 JSON is read", async (t) => {
  const api = await startServer(t);
  const body = '{"input":"a"}';
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=latin1",
    "x",
  ])
    assert.equal(problemOf(await post(api, body, { "content-type": type }), 415).code, "INVALID_INPUT", type);
  problemOf(await post(api, body, { "content-encoding": "gzip" }), 415);
  assert.equal((await post(api, body, { "content-type": "Application/JSON; charset=UTF-8" })).status, 201);
  const stream = await api.send("POST", "/v1/memories/stream", { body: "a" });
  problemOf(stream, 415);
});

test("what is not HTTP at all is answered as a Problem too", async (t) => {
  const api = await startServer(t);
  const cases: [bytes: string, status: number][] = [
    ["NONSENSE\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, 431],
  ];
  for (const [bytes, status] of cases) {
    const answer = await raw(api, bytes);
    assert.equal(answer.status, status);
    assert.equal((JSON.parse(answer.text) as { status: number }).status, status);
  }
});

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { OpenAIEmbedder } from "../../../memos/inference/index.js";
import { unitVector } from "../../../memos/inference/unitVector.js";
import { embedderContract } from "./embedderContract.js";
import {
  answer,
  answerWith,
  type Behaviour,
  DIMENSION,
  modelVector,
  startEmbeddingServer,
} from "./embeddingServer.js";

const MODEL = { model: "text-embedding-test", dimension: DIMENSION };

const servers = new WeakMap<TestContext, { readonly baseURL: string }>();

embedderContract("openai", async (t) => {
  // The host and its port are in the fingerprint, so both instances of a test ask one server.
  const server = servers.get(t) ?? (await startEmbeddingServer(t));
  servers.set(t, server);
  return new OpenAIEmbedder({ ...MODEL, baseURL: server.baseURL, batch: 3, concurrency: 2 });
});

function texts(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `text ${at}`);
}

function expected(list: readonly string[]): Float32Array[] {
  return list.map((text) => unitVector(modelVector(text), DIMENSION));
}

describe("the OpenAI embedder", () => {
  test("asks for the model's own vectors as numbers, and for nothing else", async (t) => {
    const { baseURL, requests } = await startEmbeddingServer(t);
    await new OpenAIEmbedder({ ...MODEL, baseURL, apiKey: "sk-test" }).embed(["one", "two"]);
    assert.equal(requests[0]?.path, "/v1/embeddings");
    assert.equal(requests[0]?.headers.authorization, "Bearer sk-test");
    assert.deepEqual(requests[0]?.body, {
      model: "text-embedding-test",
      input: ["one", "two"],
      encoding_format: "float",
    });
  });

  test("sends nothing that the environment holds, and nothing about this machine", async (t) => {
    const environment = {
      OPENAI_API_KEY: "sk-environment",
      OPENAI_ADMIN_KEY: "sk-admin",
      OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
      OPENAI_ORG_ID: "org-environment",
      OPENAI_PROJECT_ID: "project-environment",
      OPENAI_CUSTOM_HEADERS: "authorization: Bearer sk-environment\nx-secret: environment",
    };
    Object.assign(process.env, environment);
    t.after(() => {
      for (const name of Object.keys(environment)) delete process.env[name];
    });
    const { baseURL, requests } = await startEmbeddingServer(t);
    await new OpenAIEmbedder({ ...MODEL, baseURL }).embed(["one"]);
    assert.equal(requests[0]?.headers.authorization, "Bearer none");
    assert.doesNotMatch(
      JSON.stringify(requests[0]?.headers),
      /environment|admin|openai|stainless|x64|arm64/i,
    );
  });

  test("sends batches, and puts their vectors back in order", async (t) => {
    const { baseURL, requests } = await startEmbeddingServer(t);
    const list = texts(10);
    assert.deepEqual(await new OpenAIEmbedder({ ...MODEL, baseURL, batch: 4 }).embed(list), expected(list));
    assert.deepEqual(requests.map((request) => request.body.input.length).sort(), [2, 4, 4]);
  });

  test("puts vectors in order by their index, not by where they stand", async (t) => {
    const { baseURL } = await startEmbeddingServer(
      t,
      answerWith((items) => [items[2], items[0], items[3], items[1]]),
    );
    const list = texts(4);
    assert.deepEqual(await new OpenAIEmbedder({ ...MODEL, baseURL }).embed(list), expected(list));
  });

  test("has no more requests under way than allowed, over all calls", async (t) => {
    let open = 0;
    let most = 0;
    const patient: Behaviour = async (response, request) => {
      most = Math.max(most, ++open);
      // Turns enough for a third request to arrive, if one had been sent.
      for (let turn = 0; turn < 100; turn++) await nextTurn();
      open--;
      answer(response, request);
    };
    const { baseURL, requests } = await startEmbeddingServer(t, patient);
    const embedder = new OpenAIEmbedder({ ...MODEL, baseURL, batch: 1, concurrency: 2 });
    await Promise.all([embedder.embed(texts(3)), embedder.embed(texts(3))]);
    assert.equal(requests.length, 6);
    assert.equal(most, 2);
  });

  test("sends the beginning of a long text, without half a character", async (t) => {
    const { baseURL, requests } = await startEmbeddingServer(t);
    await new OpenAIEmbedder({ ...MODEL, baseURL, textCharacters: 4 }).embed(["abcdef", "abc😀", "\udc00"]);
    assert.deepEqual(requests[0]?.body.input, ["abcd", "abc\ufffd", "\ufffd"]);
  });

  test("has a fingerprint of what shapes a vector, and of nothing else", () => {
    const hash = (options: object) =>
      new OpenAIEmbedder({ ...MODEL, baseURL: "https://one.example/v1", ...options }).fingerprint.hash;
    assert.equal(hash({ apiKey: "sk-other", batch: 1, timeout: 1, retries: 0, concurrency: 1 }), hash({}));
    const others = [
      { model: "other" },
      { dimension: 9 },
      { baseURL: "https://two.example/v1" },
      { baseURL: "https://one.example:8080/v1" },
      { textCharacters: 100 },
    ];
    assert.equal(new Set([hash({}), ...others.map(hash)]).size, 1 + others.length);
  });

  test("refuses options out of range, and does not repeat the key", () => {
    const faults = {
      baseURL: ["nonsense", "ftp://127.0.0.1/v1", "http://ana:secret@127.0.0.1/v1"],
      apiKey: ["", "sk-secret\n", "sk secret", "ключ"],
      dimension: [0, 1.5, 100_000],
      model: [""],
      concurrency: [0],
      dimensions: [8],
    };
    for (const [path, values] of Object.entries(faults))
      for (const value of values)
        assert.throws(
          () => new OpenAIEmbedder({ ...MODEL, [path]: value }),
          (error: Error & { code?: string; path?: string }) => {
            assert.equal(error.code, "INVALID_INPUT");
            assert.equal(error.path, path);
            assert.doesNotMatch(error.message, /secret|ключ/);
            return true;
          },
        );
  });
});

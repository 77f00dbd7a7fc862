import assert from "node:assert/strict";
import { test } from "node:test";
import { configure, rateLimit } from "../../../api/cli/config.js";
import { UsageError } from "../../../api/cli/usageError.js";

const REST = { trainer: { kind: "prepared" }, controller: "rules" } as const;

test("the command line wins over the environment, the environment over the default", () => {
  assert.deepEqual(configure({}, {}), { store: "./.memos", embedder: { kind: "static" }, ...REST });
  const environment = { MEMOS_STORE: "/data", MEMOS_EMBEDDER: "none" };
  assert.deepEqual(configure({}, environment), {
    store: "/data",
    embedder: { kind: "none" },
    ...REST,
  });
  assert.deepEqual(configure({ store: "here", embedder: "hashing" }, environment), {
    store: "here",
    embedder: { kind: "hashing" },
    ...REST,
  });
});

test("the controller reads unless an option or the environment says otherwise", () => {
  assert.equal(configure({}, {}).controller, "rules");
  assert.equal(configure({}, { MEMOS_CONTROLLER: "model" }).controller, "model");
  assert.equal(configure({ controller: false }, { MEMOS_CONTROLLER: "model" }).controller, "off");
  assert.equal(configure({ controller: true }, { MEMOS_CONTROLLER: "off" }).controller, "off");
  assert.throws(() => configure({}, { MEMOS_CONTROLLER: "maybe" }), UsageError);
});

test("a variable that is set to nothing says nothing", () => {
  assert.equal(configure({}, { MEMOS_STORE: "", MEMOS_EMBEDDER: "" }).store, "./.memos");
});

test("an embedding server is described by the environment", () => {
  const environment = {
    MEMOS_EMBEDDER: "openai",
    MEMOS_EMBEDDER_URL: "http://127.0.0.1:8080/v1",
    MEMOS_EMBEDDER_MODEL: "small",
    MEMOS_EMBEDDER_DIMENSION: "384",
  };
  const embedder = { kind: "openai", url: "http://127.0.0.1:8080/v1", model: "small", dimension: 384 };
  assert.deepEqual(configure({}, environment).embedder, embedder);
  assert.deepEqual(configure({}, { ...environment, MEMOS_EMBEDDER_KEY: "k" }).embedder, {
    ...embedder,
    key: "k",
  });
});

test("a model is a file, or stands behind a server that the environment names", () => {
  assert.equal(configure({}, {}).model, undefined);
  const model = "qwen.gguf";
  assert.deepEqual(configure({}, { MEMOS_MODEL: model }).model, { kind: "local", model });
  assert.deepEqual(
    configure({ model: "other.gguf" }, { MEMOS_MODEL: model, MEMOS_MODEL_CONTEXT: "8192" }).model,
    {
      kind: "local",
      model: "other.gguf",
      contextTokens: 8_192,
    },
  );
  const url = "http://127.0.0.1:8080";
  const server = { MEMOS_MODEL_URL: url, MEMOS_MODEL_KEY: "k", MEMOS_MODEL: "qwen" };
  assert.deepEqual(configure({}, server).model, { kind: "openai", url, model: "qwen", key: "k" });
  assert.deepEqual(configure({}, { ...server, MEMOS_MODEL_SERVER: "vllm" }).model, {
    kind: "vllm",
    url,
    model: "qwen",
    key: "k",
  });
  assert.deepEqual(
    configure({ model: "llama-server" }, { MEMOS_MODEL_URL: url, MEMOS_MODEL_CONTEXT: "512" }).model,
    {
      kind: "llama-server",
      url,
      model: "llama-server",
      contextTokens: 512,
    },
  );
});

test("a model can be named with its server", () => {
  const settings = { MEMOS_MODEL_KEY: "k", MEMOS_MODEL_SALT_KEY: "0123456789abcdef0123456789abcdef" };
  const [key, saltKey] = ["k", settings.MEMOS_MODEL_SALT_KEY];
  const url = "http://gpu:8000/v1";
  for (const [text, expected] of [
    ["vllm:http://gpu:8000/Qwen/Qwen3-8B", { kind: "vllm", url, model: "Qwen/Qwen3-8B" }],
    ["sglang:http://gpu:8000/v1/base", { kind: "sglang", url, model: "base" }],
    ["openai:https://api.example.com/m", { kind: "openai", url: "https://api.example.com/v1", model: "m" }],
    [
      "llama-server:http://gpu:8080/",
      { kind: "llama-server", url: "http://gpu:8080", model: "llama-server" },
    ],
  ] as const)
    assert.deepEqual(configure({ model: text }, settings).model, { ...expected, key, saltKey });
  assert.deepEqual(
    configure(
      {},
      { MEMOS_MODEL: "vllm:http://gpu:8000/base", MEMOS_MODEL_FLUSH: "yes", MEMOS_MODEL_CONTEXT: "9" },
    ).model,
    { kind: "vllm", url, model: "base", flush: true, contextTokens: 9 },
  );
  assert.deepEqual(
    configure({ model: "llama-server:http://gpu:8080" }, { MEMOS_MODEL_CACHE_RAM: "0" }).model,
    { kind: "llama-server", url: "http://gpu:8080", model: "llama-server", slotsAlone: true },
  );
  for (const wrong of ["vllm:http://gpu:8000", "vllm:http://gpu:8000/v1/", "vllm:http://:x/base"])
    assert.throws(() => configure({ model: wrong }, {}), { name: "UsageError" });
  // What is no address is a file, or a name.
  assert.deepEqual(configure({ model: "vllm:base" }, {}).model, { kind: "local", model: "vllm:base" });
});

test("adapters are trained by what was set up, by an interpreter, or by a server with its key", () => {
  const url = "https://trainer.example.com";
  assert.deepEqual(configure({}, {}).trainer, { kind: "prepared" });
  assert.deepEqual(configure({}, { MEMOS_TRAINER_PYTHON: "python3" }).trainer, {
    kind: "python",
    python: "python3",
  });
  assert.deepEqual(configure({}, { MEMOS_TRAINER_URL: url, MEMOS_TRAINER_KEY: "k" }).trainer, {
    kind: "remote",
    url,
    key: "k",
  });
});

test("the index is on disk, or in a bucket with as many copies of blobs as the environment allows", () => {
  assert.equal(configure({}, {}).objects, undefined);
  const url = "s3://memories/of/ana";
  assert.deepEqual(configure({}, { MEMOS_OBJECTS: url }).objects, { url });
  assert.deepEqual(configure({}, { MEMOS_OBJECTS: url, MEMOS_OBJECTS_CACHE: "0" }).objects, {
    url,
    cacheBytes: 0,
  });
});

const WRONG: Record<string, string>[] = [
  { MEMOS_OBJECTS_CACHE: "1000" },
  { MEMOS_OBJECTS: "s3://memories", MEMOS_OBJECTS_CACHE: "1 GB" },
  { MEMOS_EMBEDDER: "crystal" },
  { MEMOS_EMBEDDER: "openai" },
  { MEMOS_EMBEDDER_URL: "ftp://host" },
  { MEMOS_EMBEDDER_DIMENSION: "0" },
  { MEMOS_MODEL_URL: "http://127.0.0.1:8080" },
  { MEMOS_MODEL_URL: "file:///models/qwen.gguf", MEMOS_MODEL: "qwen" },
  { MEMOS_MODEL_SERVER: "ollama" },
  { MEMOS_MODEL_CONTEXT: "0" },
  { MEMOS_MODEL_CONTEXT: "many" },
  { MEMOS_MODEL_SALT_KEY: "short" },
  { MEMOS_MODEL_WEIGHTS: "not a hash" },
  { MEMOS_MODEL_FLUSH: "perhaps" },
  { MEMOS_MODEL_CACHE_RAM: "8192" },
  { MEMOS_TRAINER_URL: "https://trainer.example.com" },
  { MEMOS_TRAINER_URL: "trainer", MEMOS_TRAINER_KEY: "k" },
  { MEMOS_TRAINER_URL: "https://a.example.com", MEMOS_TRAINER_KEY: "k", MEMOS_TRAINER_PYTHON: "python3" },
];

for (const environment of WRONG)
  test(`refuses ${JSON.stringify(environment)}`, () => {
    assert.throws(() => configure({}, environment), { name: "UsageError" });
  });

test("a rate is so many requests in a time, typed or from the environment", () => {
  assert.equal(rateLimit(undefined, {}), undefined);
  assert.deepEqual(rateLimit("100/m", {}), { requests: 100, seconds: 60 });
  assert.deepEqual(rateLimit("20/10s", { MEMOS_RATE_LIMIT: "1/h" }), { requests: 20, seconds: 10 });
  assert.deepEqual(rateLimit(undefined, { MEMOS_RATE_LIMIT: "5000/h" }), { requests: 5_000, seconds: 3_600 });
  for (const wrong of ["", "100", "0/m", "100/d", "-1/m", "1e3/m", "100/0s", "100 / m"])
    assert.throws(() => rateLimit(wrong, {}), UsageError, wrong);
});

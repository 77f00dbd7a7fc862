import assert from "node:assert/strict";
import { Session } from "node:inspector";
import { test } from "node:test";
import { DIMENSION, startEmbeddingServer } from "./embeddingServer.js";

test("the openai package is loaded by the first request, not by importing the embedders", async (t) => {
  const scripts: string[] = [];
  const session = new Session();
  session.connect();
  t.after(() => session.disconnect());
  session.on("Debugger.scriptParsed", ({ params }) => scripts.push(params.url));
  session.post("Debugger.enable");
  const isLoaded = () => scripts.some((url) => url.includes("/node_modules/openai/"));

  const { OpenAIEmbedder } = await import("../../../memos/inference/index.js");
  const { baseURL } = await startEmbeddingServer(t);
  const embedder = new OpenAIEmbedder({ model: "test", dimension: DIMENSION, baseURL });
  await embedder.embed([]);
  assert.equal(isLoaded(), false);
  await embedder.embed(["one"]);
  assert.equal(isLoaded(), true);
});

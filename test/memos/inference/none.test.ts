import assert from "node:assert/strict";
import { test } from "node:test";
import { NoneEmbedder } from "../../../memos/inference/index.js";
import { embedderContract } from "./embedderContract.js";

embedderContract("none", () => new NoneEmbedder());

test("none has no vectors and no weight", async () => {
  const embedder = new NoneEmbedder();
  assert.equal(embedder.fingerprint.dimension, 0);
  assert.equal(embedder.fusionWeight, 0);
  assert.deepEqual(await embedder.embed(["a", "b"]), [new Float32Array(0), new Float32Array(0)]);
});

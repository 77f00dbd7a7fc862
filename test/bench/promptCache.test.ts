import assert from "node:assert/strict";
import { test } from "node:test";
import { PrefixCache, startPrefixServer, wordTokens } from "../../bench/activation/prefixServer.js";
import { madeUpConversations, measurePromptCache } from "../../bench/activation/promptCache.js";
import { refused } from "../memos/support.js";

test("over 30 turns a prompt cache has nine tenths of a stable prompt, and a tenth of a naive one at most", async () => {
  const conversations = madeUpConversations(30, 1);
  assert.equal(conversations.stable.length, 30);
  const { naive, stable } = await measurePromptCache(conversations);
  assert.ok(stable.share >= 0.9, JSON.stringify({ naive, stable }));
  assert.ok(naive.share <= 0.1, JSON.stringify({ naive, stable }));
  const evaluated = ({ promptTokens, cachedTokens }: typeof naive) => promptTokens - cachedTokens;
  assert.ok(8 * evaluated(stable) < evaluated(naive));
});

test("a made-up conversation is the same again", () => {
  assert.deepEqual(madeUpConversations(5, 7), madeUpConversations(5, 7));
});

test("a prompt cache has what earlier prompts began with, in whole blocks", () => {
  const cache = new PrefixCache();
  const tokens = Array.from({ length: 40 }, (_, at) => `t${at}`);
  assert.equal(cache.use(tokens), 0);
  assert.equal(cache.use(tokens), 32);
  assert.equal(cache.use(tokens.with(20, "x")), 16);
  assert.equal(cache.use(tokens.with(0, "x")), 0);
  assert.equal(cache.use(tokens.slice(0, 15)), 0);
});

test("the tokens of a text put together are the text", () => {
  for (const text of ["", " a  b\n", "Où est-il ? 👍🏽", "\n\n"])
    assert.equal(wordTokens(text).join(""), text);
});

test("a measurement can be cancelled, and leaves no server behind", async () => {
  await assert.rejects(
    measurePromptCache(madeUpConversations(2, 1), AbortSignal.abort()),
    refused("ABORTED"),
  );
  const server = await startPrefixServer();
  await server[Symbol.asyncDispose]();
  await assert.rejects(fetch(server.baseURL));
});

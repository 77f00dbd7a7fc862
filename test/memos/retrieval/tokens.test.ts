import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { o200k } from "../../../memos/retrieval/tokens.js";
import { refused } from "../support.js";

/** Text that takes byte-pair encoding milliseconds a kilobyte; another one for each salt. */
const slow = (salt: number, characters = 400_000) =>
  Array.from({ length: characters / 2 }, (_, at) =>
    String.fromCodePoint(0x1f300 + ((at * 7_919 + salt) % 500)),
  ).join("");

test("others have their turns while a long text is counted, and it is known then", async () => {
  const counter = await o200k();
  const text = slow(1);
  let turns = 0;
  let counted = false;
  const counting = counter.ahead(["short", text]).finally(() => {
    counted = true;
  });
  for (; !counted; turns++) await nextTurn();
  await counting;
  assert.ok(turns > 10, `${turns}`);
  const short = slow(2, 2_048);
  const tokens = counter.count(short);
  await counter.ahead([short]);
  assert.equal(counter.count(short), tokens);
});

test("counting ahead comes to what counting does", async () => {
  const counter = await o200k();
  const body = "A walrus is large, and its tusks are longer than one would think. ".repeat(100);
  const other = await import("gpt-tokenizer/encoding/o200k_base");
  await counter.ahead([body]);
  assert.equal(counter.count(body), other.countTokens(body));
});

test("who has gone away is not counted for", async () => {
  const counter = await o200k();
  const stop = new AbortController();
  const counting = counter.ahead([slow(3)], stop.signal);
  setImmediate(() => stop.abort());
  await assert.rejects(counting, refused("ABORTED"));
});

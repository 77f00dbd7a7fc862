import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Token } from "node-llama-cpp";
import { StopText } from "../../../../memos/inference/local/stopText.js";
import { TokenText } from "../../../../memos/inference/local/tokenText.js";

/** Each token is some bytes; as llama.cpp does, what is no UTF-8 becomes U+FFFD. */
function bytesModel(pieces: readonly Uint8Array[]) {
  return {
    detokenize: (tokens: readonly Token[], _: boolean | undefined, last: readonly Token[] = []) => {
      const bytes = (list: readonly Token[]) =>
        Buffer.concat(list.map((token) => pieces[token] ?? Buffer.of()));
      const before = new TextDecoder().decode(bytes(last));
      const all = new TextDecoder().decode(bytes([...last, ...tokens]));
      return all.startsWith(before) ? all.slice(before.length) : new TextDecoder().decode(bytes(tokens));
    },
  };
}

const cut = fc
  .tuple(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
  )
  .map(([text, lengths]) => {
    const bytes = Buffer.from(text.toWellFormed());
    const pieces: Uint8Array[] = [];
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const length = lengths[turn % lengths.length] ?? 1;
      pieces.push(bytes.subarray(at, at + length));
      at += length;
    }
    return { text: text.toWellFormed(), pieces };
  });

test("text comes whole out of tokens that cut its characters anywhere, and never with half of one", () => {
  fc.assert(
    fc.property(cut, ({ text, pieces }) => {
      const decoder = new TokenText(bytesModel(pieces), []);
      let given = "";
      for (const [token] of pieces.entries()) {
        given += decoder.push(token as Token);
        if (!text.includes("\uFFFD")) assert.ok(!given.includes("\uFFFD"));
        assert.ok(text.startsWith(given));
      }
      assert.equal(given + decoder.end(), text);
    }),
  );
});

test("bytes that are no text become U+FFFD, and what follows them is right", () => {
  const pieces = [..."\u00ff\u00f0\u009f\u0098\u0080a"].map((byte) => Buffer.of(byte.charCodeAt(0)));
  const decoder = new TokenText(bytesModel(pieces), []);
  const given = pieces.map((_, token) => decoder.push(token as Token)).join("") + decoder.end();
  assert.equal(given, "\uFFFD😀a");
});

test("a text ends before the first stop, however it was cut, and no part of a stop is given out", () => {
  const letter = fc.constantFrom("a", "b");
  const text = fc.array(letter, { maxLength: 20 }).map((letters) => letters.join(""));
  const stops = fc.array(
    fc.array(letter, { minLength: 1, maxLength: 4 }).map((letters) => letters.join("")),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(
      text,
      stops,
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }),
      (whole, ends, sizes) => {
        // The first to be complete wins, and of those the one that began first.
        let expected = whole;
        for (let length = 1; length <= whole.length; length++) {
          const at = ends
            .filter((end) => whole.slice(0, length).endsWith(end))
            .map((end) => length - end.length);
          if (at.length === 0) continue;
          expected = whole.slice(0, Math.min(...at));
          break;
        }
        const stop = new StopText(ends);
        let given = "";
        for (let at = 0, turn = 0; at < whole.length && !stop.stopped; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          for (const character of whole.slice(at, at + size)) given += stop.push(character);
          at += size;
          assert.ok(expected.startsWith(given));
        }
        given += stop.end();
        assert.equal(given, expected);
      },
    ),
  );
});

test("a stop that comes in one piece with others is found where it begins first", () => {
  const stop = new StopText(["END", "\n"]);
  assert.equal(stop.push("one\ntwo END"), "one");
  assert.ok(stop.stopped);
  assert.equal(stop.push("more"), "");
});

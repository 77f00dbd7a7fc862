import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { focusOf } from "../../../agents/chat/focus.js";
import { AGENT_LIMITS } from "../../../agents/chat/limits.js";

const NOW = new Date("2026-05-13T15:00:00Z");

/** The focus of the last of some messages. */
function focus(...messages: (string | [question: string, answer: string])[]) {
  const said = messages.map((one) => (typeof one === "string" ? ([one, "Yes."] as const) : one));
  const earlier = said.slice(0, -1).map(([question, answer]) => ({ question, answer }));
  return focusOf(said.at(-1)?.[0] ?? "", earlier, NOW);
}

test("a message that says what it is about is searched for as it is", () => {
  for (const message of ["Who is the walrus of Lisbon?", "And which hotel in Porto did Emma like best?"]) {
    const { query, followUp } = focus("Where does Otto work?", message);
    assert.deepEqual([query, followUp], [message, false]);
  }
  assert.equal(focus("and her sister?").followUp, false, "nothing was said before");
});

test("a follow-up takes its topic from the turns before", () => {
  const her = focus(["Who is my doctor?", "Your doctor is Helena Meyer [101]."], "What about her sister?");
  assert.equal(her.followUp, true);
  for (const word of ["sister", "doctor", "Helena", "Meyer"]) assert.ok(her.query.includes(word), word);
  const where = focus("Tell me about Otto.", "Where does he live?", "And his son?");
  for (const word of ["Otto", "son"]) assert.ok(where.query.includes(word), where.query);
});

test("a follow-up in another language does too", () => {
  for (const [first, next, word] of [
    ["Wer ist meine Ärztin?", "Und ihre Schwester?", "Ärztin"],
    ["Où habite mon frère ?", "Et sa femme ?", "frère"],
    ["¿Dónde vive mi hermano?", "¿Y su mujer?", "hermano"],
    ["Onde mora o meu irmão?", "E a mulher dele?", "irmão"],
    ["Dove abita mio fratello?", "E sua moglie?", "fratello"],
    ["Waar woont mijn broer?", "En zijn vrouw?", "broer"],
    ["Где живёт мой брат?", "А его жена?", "брат"],
    ["我的医生是谁？", "那她的姐姐呢？", "医生"],
    ["私の医者は誰ですか？", "では彼女の姉は？", "医者"],
  ] as const) {
    const { query, followUp } = focus(first, next);
    assert.ok(followUp && query.includes(word), `${next}: ${query}`);
  }
});

test("a time is carried on, moved, and left out of the words that are searched for", () => {
  const first = focus("What did I do in 2024?");
  assert.equal(first.time?.from, "2024-01-01T00:00:00.000Z");
  assert.equal(first.topic, "");
  const before = focus("Where did I travel in 2024?", "and the year before?");
  assert.equal(before.time?.from, "2023-01-01T00:00:00.000Z");
  assert.match(before.query, /travel/);
  assert.doesNotMatch(before.query, /year|2024/);
  const again = focus("Where did I travel in 2024?", "and the year before?", "And the year before that?");
  assert.equal(again.time?.from, "2022-01-01T00:00:00.000Z");
  const emma = focus("What did Otto do last weekend?", "What about Emma?");
  assert.equal(emma.time?.from, "2026-05-09T00:00:00.000Z");
  assert.match(emma.query, /Emma/);
});

test("a topic is forgotten when the turns are long ago, and is never long", () => {
  const chat = Array.from({ length: AGENT_LIMITS.turns }, () => "Hello.");
  assert.doesNotMatch(focus("Who is Otto?", ...chat, "And his son?").query, /Otto/);
  const words = Array.from({ length: 100 }, (_, index) => `word${index}`).join(" ");
  const { query } = focus(words, "And its name?");
  assert.ok(query.split(" ").length <= AGENT_LIMITS.topicWords);
});

test("any messages have a focus, the same each time, and a query that says something", () => {
  const message = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.trim() !== "");
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (messages) => {
      const one = focus(...messages);
      assert.deepEqual(focus(...messages), one);
      assert.notEqual(one.query.trim(), "");
    }),
  );
});

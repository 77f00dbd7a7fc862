import assert from "node:assert/strict";
import { test } from "node:test";
import { saysSomethingLasting } from "../../../agents/controller/rules/lasting.js";
import { remember } from "../../../agents/index.js";
import { ANA, controlled, textsOf } from "./support.js";

test("lasting is what somebody is, has, likes, and wants to be treated like", () => {
  for (const sentence of [
    "I'm a vegetarian, so never suggest meat to me.",
    "My name is Ana and I live in Lisbon.",
    "I work nights at the bakery.",
    "I'm allergic to peanuts.",
    "I love contemporary dance.",
    "My sister works at the harbour.",
    "Call me Bo.",
    "Please always answer in French.",
    "I've two cats.",
    "I grew up in a village in Slovenia.",
    "From now on, write short answers.",
    "I can't stand horror movies.",
    "I prefer trains to planes.",
  ])
    assert.ok(saysSomethingLasting(sentence), sentence);
});

test("what passes with the conversation is not lasting", () => {
  for (const sentence of [
    "Wow, I'm excited too!",
    "Thanks, that means a lot to me!",
    "I'm always here to support you!",
    "I have a question.",
    "I love it!",
    "I'm glad it worked out.",
    "Hey Gina!",
    "Do you live in Lisbon?",
    "This is going to be great!",
    "I'm a bit tired.",
    "I had a blast!",
    "I love how it turned out.",
    "Glad I have you in my corner!",
  ])
    assert.ok(!saysSomethingLasting(sentence), sentence);
});

test("of a chatty message only what is lasting goes into core memory", async (context) => {
  const memos = await controlled(context);
  await memos.add(
    "Hey! Thanks so much for asking. I'm a nurse and I work nights. It's been a crazy week!",
    ANA,
    { wait: "derived" },
  );
  assert.deepEqual(await textsOf(memos, "core"), ["I'm a nurse and I work nights."]);
});

test("nothing is made of a message that a secret was taken out of", async (context) => {
  const memos = await controlled(context);
  await remember(
    memos,
    [{ role: "user", content: "I live in Lisbon and my wifi password is Tr0ub4dor&3xyz." }],
    ANA,
  );
  await memos.settled({ hurry: true });
  assert.deepEqual(await textsOf(memos, "core"), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileBlock } from "../../../memos/activation/block.js";
import {
  asked,
  messagesOf,
  startConversation,
  TEMPLATE_TOKENS,
  withAnswer,
} from "../../../memos/activation/conversation.js";
import type { ChatMessage } from "../../../memos/inference/engine.js";
import { compileRecall } from "../../../memos/retrieval/context.js";
import type { Recalled } from "../../../memos/retrieval/filling.js";
import { cubeOf, WORDS } from "./cubes.js";

const TURNS = 100;
const RECALL_TOKENS = 200;
const MAX_TOKENS = 11_000;
const INSTRUCTIONS = "Answer briefly and cite what you were given. ".repeat(5);
const BLOCK = compileBlock([
  {
    id: "c",
    kind: "core",
    cubes: Array.from({ length: 20 }, (_, number) => cubeOf(number, { text: words(12, number) })),
  },
]);

interface Step {
  readonly question: string;
  readonly answer: string;
  readonly recalled: readonly Recalled[];
}

function words(count: number, seed: number): string {
  return Array.from({ length: count }, (_, at) => `w${(seed * 31 + at * 7) % 997}`).join(" ");
}

/** 100 turns about subjects that come and go: each recalls eight of the thirty cubes of its subject; some change. */
const arbitrarySteps: fc.Arbitrary<Step[]> = fc.infiniteStream(fc.nat(999_999)).map((random) => {
  const next = (below: number) => (random.next().value ?? 0) % below;
  const versions = new Map<number, number>();
  let subject = 0;
  return Array.from({ length: TURNS }, (): Step => {
    if (next(5) === 0) subject = next(8);
    const recalled = Array.from({ length: 8 }, () => 1_000 * (subject + 1) + next(30)).map((number) => {
      if (next(20) === 0) versions.set(number, (versions.get(number) ?? 1) + 1);
      const version = versions.get(number) ?? 1;
      return { cube: cubeOf(number, { text: words(15, number * version), version }), score: 1 };
    });
    return { question: words(10 + next(20), next(997)), answer: words(30 + next(50), next(997)), recalled };
  });
});

/** As an engine sees a prompt: the words, with those that a template puts around each message. */
function tokensOf(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap(({ role, content }) => [`<|${role}|>`, ...content.split(/\s+/), "<|end|>"]);
}

/** Of all prompts but the first: their tokens, and those with which the prompt before began as well. */
function reuse(prompts: readonly (readonly ChatMessage[])[]): { tokens: number; shared: number } {
  let before: string[] | undefined;
  let tokens = 0;
  let shared = 0;
  for (const prompt of prompts.map(tokensOf)) {
    if (before !== undefined) {
      tokens += prompt.length;
      const different = prompt.findIndex((token, at) => token !== before?.[at]);
      shared += different === -1 ? prompt.length : different;
    }
    before = prompt;
  }
  return { tokens, shared };
}

function appendOnly(
  steps: readonly Step[],
  maxTokens: number,
): { prompts: ChatMessage[][]; dropped: number } {
  let conversation = startConversation(INSTRUCTIONS, BLOCK, WORDS);
  const prompts = steps.map(({ question, answer, recalled }) => {
    const wanted = { text: question, recalled, recallTokens: RECALL_TOKENS, maxTokens };
    const open = asked(conversation, wanted, WORDS);
    conversation = withAnswer(open, { role: "assistant", content: answer }, WORDS);
    return messagesOf(open);
  });
  return { prompts, dropped: conversation.dropped };
}

/** What is recalled stands before the history, and the oldest messages go one turn at a time. */
function recallFirst(steps: readonly Step[], maxTokens: number): ChatMessage[][] {
  let history: ChatMessage[] = [];
  const size = (messages: readonly ChatMessage[]) =>
    messages.reduce((sum, { content }) => sum + TEMPLATE_TOKENS + WORDS.count(content), TEMPLATE_TOKENS);
  return steps.map(({ question, answer, recalled }) => {
    const { text } = compileRecall(recalled, RECALL_TOKENS, WORDS);
    const head: ChatMessage = { role: "system", content: `${INSTRUCTIONS}\n\n${BLOCK.text}${text}` };
    const asking: ChatMessage = { role: "user", content: question };
    while (size([head, ...history, asking]) > maxTokens) history = history.slice(2);
    const prompt = [head, ...history, asking];
    history = [...history, asking, { role: "assistant", content: answer }];
    return prompt;
  });
}

test("over 100 turns 95 % of all prompt tokens continue the prompt before, and a sixth at most when recall comes first", () => {
  fc.assert(
    fc.property(arbitrarySteps, (steps) => {
      const { prompts, dropped } = appendOnly(steps, MAX_TOKENS);
      assert.ok(dropped > 0, "the window was too small for all of it");
      const ours = reuse(prompts);
      assert.ok(ours.shared >= 0.95 * ours.tokens, `${ours.shared} of ${ours.tokens}`);
      const theirs = reuse(recallFirst(steps, MAX_TOKENS));
      assert.ok(theirs.shared <= theirs.tokens / 6, `${theirs.shared} of ${theirs.tokens}`);
      assert.ok(10 * (ours.tokens - ours.shared) < theirs.tokens - theirs.shared, "a tenth is evaluated");
    }),
    { numRuns: 4 },
  );
});

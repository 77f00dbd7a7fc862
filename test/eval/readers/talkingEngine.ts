import type { Speaker } from "../../../eval/readers/generate.js";

/** Answers what it is told to, in two pieces as a stream comes. */
export function talkingEngine(answer: (user: string) => string): Speaker & AsyncDisposable {
  return {
    name: "talking",
    async *generate({ messages, maxTokens }) {
      const text = answer(messages.at(-1)?.content ?? "");
      const tokens = { prompt: 7, reused: 0, restored: 0, prefilled: 7, generated: Math.min(maxTokens, 3) };
      const half = Math.floor(text.length / 2);
      yield { kind: "text", text: text.slice(0, half) };
      yield { kind: "text", text: text.slice(half) };
      yield { kind: "end", reason: "stop", tokens, firstTokenMs: 1, totalMs: 1, restoreMs: 0 };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

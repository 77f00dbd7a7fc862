import type { LanguageModelMiddleware } from "ai";
import { isContextBlock } from "../../../memos/governance/firewall/echo.js";
import type { PromptMemory } from "../promptMemory.js";

export type CallOptions = Parameters<NonNullable<LanguageModelMiddleware["transformParams"]>>[0]["params"];
export type Prompt = CallOptions["prompt"];
type PromptMessage = Prompt[number];

/** What a message says in words: neither its files nor memory that was put beside them. */
export function wordsOf({ content }: PromptMessage): string {
  if (typeof content === "string") return content;
  return content
    .flatMap((part) => (part.type === "text" && !isContextBlock(part.text) ? [part.text] : []))
    .join("\n");
}

/** The message that is answered: the last of the user, also after calls of tools. */
export function questionIn(prompt: Prompt): string {
  const last = prompt.findLast(({ role }) => role === "user");
  return last === undefined ? "" : wordsOf(last);
}

/** What the user has said since the model was asked last; undefined while tools answer. */
export function newWords(prompt: Prompt): string | undefined {
  const last = prompt.at(-1);
  return last?.role === "user" ? wordsOf(last) : undefined;
}

/** The prompt with memory: the block ends the system message, what was recalled stands before the question. */
export function withMemory(prompt: Prompt, { block, recalled }: PromptMemory): Prompt {
  return besideQuestion(underSystem(prompt, block), recalled);
}

function underSystem(prompt: Prompt, block: string): Prompt {
  if (block === "") return prompt;
  const [first, ...rest] = prompt;
  return first?.role === "system"
    ? [{ ...first, content: `${first.content}\n\n${block}` }, ...rest]
    : [{ role: "system", content: block }, ...prompt];
}

function besideQuestion(prompt: Prompt, recalled: string): Prompt {
  const at = prompt.findLastIndex(({ role }) => role === "user");
  if (recalled === "" || at === -1) return prompt;
  return prompt.map((message, index) =>
    index === at && message.role === "user"
      ? { ...message, content: [{ type: "text", text: recalled }, ...message.content] }
      : message,
  );
}

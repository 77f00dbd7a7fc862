import { readdir } from "node:fs/promises";
import { isMemosError } from "../../memcube/index.js";
import { o200k } from "../retrieval/tokens.js";
import { PROMPT_FOLDER, type Prompt } from "./prompt.js";

export interface PromptCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Why it is broken. */
  readonly fault?: string;
  readonly version?: number;
  readonly hash?: string;
  /** Of both halves together, for the example that makes it longest. */
  readonly characters?: number;
  /** The same in tokens of o200k_base: an estimate for other models. */
  readonly tokens?: number;
  readonly examples?: number;
}

/** Renders a prompt with each of its examples, whose inputs and answers are checked as it is read. */
export async function checkPrompt(prompt: Prompt): Promise<PromptCheck> {
  const { name } = prompt;
  const counter = await o200k();
  try {
    const { version, hash, examples } = prompt;
    const texts = examples.map(({ input }) => {
      const { system, user } = prompt.render(input);
      return `${system}\n${user}`;
    });
    return {
      name,
      ok: true,
      version,
      hash,
      characters: Math.max(...texts.map((text) => text.length)),
      tokens: Math.max(...texts.map((text) => counter.count(text))),
      examples: examples.length,
    };
  } catch (error) {
    if (!isMemosError(error)) throw error;
    return { name, ok: false, fault: error.message };
  }
}

/** Checks all prompts of the package. A file in their folder that none of them uses is a mistake as well. */
export async function checkPrompts(
  prompts: readonly Prompt[],
  folder: URL = PROMPT_FOLDER,
): Promise<{ readonly ok: boolean; readonly prompts: readonly PromptCheck[] }> {
  const known = new Set(prompts.map(({ name }) => `${name}.md`));
  const files = (await readdir(folder)).filter((file) => file.endsWith(".md") && !known.has(file)).sort();
  const checks = [
    ...(await Promise.all(prompts.map(checkPrompt))),
    ...files.map((file) => ({ name: file.slice(0, -3), ok: false, fault: "Nothing uses this file." })),
  ];
  return { ok: checks.every(({ ok }) => ok), prompts: checks };
}

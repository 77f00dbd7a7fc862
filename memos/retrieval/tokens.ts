/** Counts tokens of the prompt that a context becomes part of. */
export interface TokenCounter {
  readonly name: string;
  count(text: string): number;
}

let loaded: Promise<TokenCounter> | undefined;

/** The o200k_base tokenizer; its tables are loaded on first use. */
export function o200k(): Promise<TokenCounter> {
  loaded ??= import("gpt-tokenizer/encoding/o200k_base").then(({ countTokens }) => ({
    name: "o200k_base",
    // Recalled text is data: what looks like a control token in it is counted as plain text.
    count: (text) => countTokens(text, { disallowedSpecial: new Set() }),
  }));
  return loaded;
}

/** Characters of a name that stands in a sentence. */
export const NAME_CHARACTERS = 80;

/** A template with `{s}` and `{o}` that finds what stands in their places. */
export interface Pattern {
  readonly template: string;
  /** What is said in any case: a sentence without it need not be looked at. */
  readonly literal: string;
  /** Characters that are not a place. */
  readonly literals: number;
  match(sentence: string): { readonly s: string | undefined; readonly o: string | undefined } | undefined;
}

/**
 * The template as a pattern over whole sentences that may end with one of `ends`. Each place takes a bounded number of
 * characters, and there are two at most, so that matching takes bounded time.
 */
export function patternOf(template: string, ends = ".!"): Pattern {
  const parts = template.replace(/[.?]$/, "").split(/(\{[so]\})/);
  const texts = parts.filter((_, at) => at % 2 === 0);
  const source = parts
    .map((part, at) => (at % 2 === 0 ? escaped(part) : `(?<${part[1]}>[^\\n;:!?]{1,${NAME_CHARACTERS}}?)`))
    .join("");
  const expression = new RegExp(`^${source}[${ends}]?$`, "u");
  return {
    template,
    literal: texts.reduce((longest, text) => (text.length > longest.length ? text : longest)),
    literals: texts.join("").length,
    match(sentence) {
      const found = expression.exec(sentence);
      return found === null ? undefined : { s: found.groups?.["s"], o: found.groups?.["o"] };
    },
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

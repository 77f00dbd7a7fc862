/** Characters of a name that is taken from the beginning of a text. */
const NAME_CHARACTERS = 80;

const ITEM = /^\s*(?:\d{1,3}[.)]|[-*•]|\[ ?[xX ]?\])\s+(\S.*)$/u;
const ARROW = /\s*(?:→|->|=>)\s*/u;
const THEN =
  /(?:[,;.]\s*|\s+)(?:and\s+)?(?:then|next|after that|afterwards|finally|dann|danach|puis|ensuite|luego|después|poi|depois|sonra)\b,?\s*/iu;
const CONDITION =
  /^((?:when(?:ever)?|if|before|after|unless|once|bevor|wenn|quand|si|cuando|quando)\b[^,:]{3,200})[,:]\s*(.{3,})$/isu;

export interface Steps {
  readonly name: string;
  readonly preconditions: readonly string[];
  readonly steps: readonly string[];
}

/**
 * The steps that a text gives: a list, a chain of arrows, "first …, then …", what follows a colon, or what is to be
 * done under a condition. Undefined for a text without any.
 */
export function stepsIn(said: string): Steps | undefined {
  // Gaps of any length are one: patterns that begin with a gap would look at each place of it.
  const text = said.replace(/\s+/gu, (gap) => (gap.includes("\n") ? "\n" : " "));
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const items = lines.flatMap((line) => ITEM.exec(line)?.[1] ?? []);
  const [first = ""] = lines;
  if (items.length >= 2)
    return { name: nameOf(ITEM.test(first) ? "" : first, items), preconditions: [], steps: items };
  const [head, tail] = atColon(text);
  const chain = tail.split(ARROW).map(clean).filter(Boolean);
  if (chain.length >= 3) return { name: nameOf(head, chain), preconditions: [], steps: chain };
  const sequence = tail.split(THEN).map(clean).filter(Boolean);
  if (sequence.length >= 2) return { name: nameOf(head, sequence), preconditions: [], steps: sequence };
  const listed =
    head === ""
      ? []
      : tail
          .split(/[,;.]\s+(?:and\s+)?/u)
          .map(clean)
          .filter(Boolean);
  if (listed.length >= 3) return { name: nameOf(head, listed), preconditions: [], steps: listed };
  const condition = CONDITION.exec(text.trim());
  if (condition === null) return undefined;
  const [, when = "", what = ""] = condition;
  return { name: nameOf(when, [what]), preconditions: [clean(when)], steps: [clean(what)] };
}

/** What stands before a colon, as far as it is a heading, and the rest. */
function atColon(text: string): [head: string, tail: string] {
  const at = text.search(/[:：]\s/u);
  return at > 0 && at <= NAME_CHARACTERS ? [text.slice(0, at), text.slice(at + 1)] : ["", text];
}

function nameOf(head: string, steps: readonly string[]): string {
  const name = clean(head.replace(/^#+\s*/u, "")) || (steps[0] ?? "");
  return name.length <= NAME_CHARACTERS ? name : `${name.slice(0, NAME_CHARACTERS - 1).trimEnd()}…`;
}

function clean(part: string): string {
  const begun = part
    .replace(/\s+/gu, " ")
    .trim()
    .replace(/^(?:first|zuerst|d'abord|primero|prima|primeiro)\b,?\s*/iu, "");
  let end = begun.length;
  while (end > 0 && " .,;:".includes(begun[end - 1] as string)) end--;
  return begun.slice(0, end).trim();
}

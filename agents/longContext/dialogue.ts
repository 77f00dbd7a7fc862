/**
 * The head of a chunk, as MemoryAgentBench writes it: the words, a time, and a line break that is a backslash and an
 * `n`. A line break proper is taken as well.
 */
const HEAD = /Dialogue between User and Assistant [^\n\\<]{0,64}(?:\\n|\n)\s*<User>[ \t]*/g;

/** What the assistant says at the end of a chunk; the question stands on the lines after the last one. */
const TAIL = "<Assistant>";

/** Where a question stands among what it is told to be answered like. */
const QUESTION = /Now Answer the Question:\s*([\s\S]*)/i;

/** What a question may end with, for the answer to go on from. */
const ANSWER = "Answer:";

/** A text in chunks, and what is asked about it. */
export interface Dialogue {
  readonly chunks: readonly string[];
  readonly question: string;
}

/**
 * A message that holds chunks of a long text and then a question about it, as MemoryAgentBench's long-context agents
 * send it; undefined for every other message. What stands before the first head is the rest of a chunk that was cut
 * off at its beginning. The times of the heads belong to nothing: the same text has the same chunks on another day.
 */
export function dialogueIn(message: string): Dialogue | undefined {
  const heads = [...message.matchAll(HEAD)];
  const last = heads.at(-1);
  if (last === undefined) return undefined;
  const end = message.indexOf(TAIL, last.index);
  const line = end === -1 ? -1 : message.indexOf("\n", end);
  if (line === -1) return undefined;
  const question = message.slice(line + 1).trim();
  if (question === "") return undefined;
  const before = message.slice(0, heads[0]?.index ?? 0).trim();
  const chunks = heads.map((head, at) => {
    const from = head.index + head[0].length;
    // Looked for in its own part alone: a text without any tail would be gone through once for each head.
    const part = message.slice(from, heads[at + 1]?.index ?? line);
    const to = part.lastIndexOf(TAIL);
    return (to > 0 ? part.slice(0, to) : part).trim();
  });
  return {
    chunks: [...(before === "" ? [] : [before]), ...chunks].filter((chunk) => chunk !== ""),
    question,
  };
}

/** What is looked for: the question without what is said about the form of its answer. */
export function soughtIn(question: string): string {
  const asked = QUESTION.exec(question)?.[1] ?? question;
  const said = asked.trim();
  const sought = /Answer:$/i.test(said.slice(-ANSWER.length)) ? said.slice(0, -ANSWER.length).trim() : said;
  return sought === "" ? question : sought;
}

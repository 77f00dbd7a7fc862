import type { ChatAnswer, ChatModel, ChatRequest } from "../../../memos/inference/index.js";

/** What a prompt of `program-step` asks for, read back from its text. */
export interface Asked {
  readonly number: number;
  readonly instruction: string;
  /** As the prompt lists them. */
  readonly files: readonly string[];
  readonly done: readonly string[];
  /** The lines that the prompt shows. */
  readonly lines: string;
  /** What was wrong with the answer before; undefined the first time. */
  readonly problem: string | undefined;
}

export function askedIn(user: string): Asked {
  const part = (from: string, to: string) => user.split(`${from}\n`)[1]?.split(to)[0]?.trim() ?? "";
  const [, number = "0"] = /Instruction (\d+) of \d+, due now:/.exec(user) ?? [];
  const problem = part("nothing of which was kept:", "\n</data>");
  const list = (text: string) => (/^\((?:none|nothing)\)$/.test(text) ? [] : text.split("\n"));
  return {
    number: Number(number),
    instruction: part("due now:", "\n\n<data>"),
    files: list(part("\nFiles:", "\n\nLines that")).map((line) => line.split(":")[0] ?? ""),
    done: list(part("Done so far:", "\n\nFiles:")),
    lines: part("Lines that you asked for:", "\n\nWhat was wrong"),
    problem: problem === "(nothing)" ? undefined : problem,
  };
}

type Write = { path: string; kind: string; text: string; from?: number; to?: number };

/** A good answer with these writes. */
export function done(note: string, ...writes: Write[]) {
  return { reads: [], writes: writes.map((write) => ({ from: null, to: null, ...write })), note, done: true };
}

export function wantsToRead(...reads: { path: string; from?: number; to?: number }[]) {
  const wanted = reads.map((read) => ({ from: null, to: null, ...read }));
  return { reads: wanted, writes: [], note: "It has to be read first.", done: false };
}

/** A model whose answers are a function of the prompt; a string is said as it is, an object as JSON. */
export class ScriptedModel implements ChatModel {
  readonly name = "scripted";
  readonly requests: ChatRequest[] = [];
  readonly #answer: (asked: Asked, request: ChatRequest, call: number) => object | string;

  constructor(answer: (asked: Asked, request: ChatRequest, call: number) => object | string) {
    this.#answer = answer;
  }

  async complete(request: ChatRequest): Promise<ChatAnswer> {
    this.requests.push(request);
    const answer = this.#answer(askedIn(request.user), request, this.requests.length);
    return {
      text: typeof answer === "string" ? answer : JSON.stringify(answer),
      inputTokens: 100,
      outputTokens: 10,
    };
  }
}

/** A section of a document, different for each number, with words that are in no other. */
export function section(number: number, sentences = 4): string {
  const words = (at: number) => `Sentence ${at} of section ${number} says what word${number}x${at} means.`;
  return [`## Section ${number}`, ...Array.from({ length: sentences }, (_, at) => words(at + 1))].join("\n");
}

export const DOCUMENT = "document.md";
export const INDEX = "index.md";

/** Writes section after section; every third instruction also keeps a list of sections in a second file. */
export function writesSections({ number, files }: Asked): object {
  const into = (path: string, text: string) => ({
    path,
    kind: files.includes(path) ? "append" : "create",
    text,
  });
  return done(
    `Wrote section ${number}.`,
    into(DOCUMENT, section(number)),
    ...(number % 3 === 0 ? [into(INDEX, `Sections up to ${number}`)] : []),
  );
}

export function sectionInstructions(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `Write section ${at + 1}.`);
}

/** What `writesSections` leaves behind. */
export function writtenDocument(count: number): string {
  return Array.from({ length: count }, (_, at) => `${section(at + 1)}\n`).join("");
}

export function writtenIndex(count: number): string {
  return Array.from({ length: Math.floor(count / 3) }, (_, at) => `Sections up to ${3 * (at + 1)}\n`).join(
    "",
  );
}

import { MemosError } from "../../memcube/index.js";
import type { RenderedPrompt } from "../../memos/prompts/index.js";
import { inert } from "../../memos/retrieval/fence.js";
import type { TokenCounter } from "../../memos/retrieval/tokens.js";
import { linesOf } from "./fileText.js";
import type { Instruction } from "./operations.js";
import { STEP_PROMPT, type WantedRead } from "./stepPrompt.js";

/** Tokens of the frame that a chat API puts around messages. */
export const MARGIN_TOKENS = 64;

/** What a call must at least have room for beside goal, instruction and answer. */
const ROOM_TOKENS = 256;

/** Shares of the room; what they leave is for the lines that were asked for. */
const SHARES = { problem: 0.2, done: 0.2, files: 0.2 } as const;

/** Everything that one call could be told. */
export interface StepFacts {
  readonly goal: string;
  readonly number: number;
  readonly count: number;
  readonly instruction: Instruction;
  /** A line for each instruction that is done, in order. */
  readonly done: readonly string[];
  readonly files: readonly { readonly path: string; readonly lines: number; readonly bytes: number }[];
  /** What was asked for, with the text of the file; undefined where there is none. The last is the most wanted. */
  readonly reads: readonly (WantedRead & { readonly text: string | undefined })[];
  readonly problem: string | undefined;
}

export interface StepContext extends RenderedPrompt {
  /** Line ranges that the prompt shows in full, by path. */
  readonly shown: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

/**
 * The prompt of one call, of at most so many tokens: of what is done the latest, of the files a list, of their
 * lines those that were asked for, as far as they fit. What is left out is said.
 *
 * @param tokens For both halves and the schema together.
 * @throws MemosError TOO_LARGE when goal and instruction leave no room for anything else.
 */
export function stepContext(facts: StepFacts, tokens: number, counter: TokenCounter): StepContext {
  const schema = counter.count(JSON.stringify(STEP_PROMPT.schema)) + MARGIN_TOKENS;
  const render = (parts: Parts) => STEP_PROMPT.render({ ...fixedParts(facts), ...parts });
  const size = ({ system, user }: RenderedPrompt) => counter.count(system) + counter.count(user) + schema;
  const room = tokens - size(render({ done: "", files: "", lines: "", problem: "" }));
  if (room < ROOM_TOKENS)
    throw new MemosError(
      "TOO_LARGE",
      `Goal and instruction ${facts.number} leave no room in a context of this size.`,
      {
        path: "contextTokens",
      },
    );
  // Tokens of parts do not quite add up to those of the whole, so what came out too long is made with less room.
  for (let within = room; within > 0; within = Math.floor(within * 0.9)) {
    const { parts, shown } = partsWithin(facts, within, counter);
    const prompt = render(parts);
    if (size(prompt) <= tokens) return { ...prompt, shown };
  }
  throw new MemosError("TOO_LARGE", `Instruction ${facts.number} leaves no room in a context of this size.`);
}

type Parts = Record<"done" | "files" | "lines" | "problem", string>;

function fixedParts({ goal, number, count, instruction }: StepFacts) {
  const { text, file } = instruction;
  return {
    goal,
    number,
    count,
    instruction: file === undefined ? text : `${text}\nIt must change the file \`${file}\`.`,
  };
}

function partsWithin(facts: StepFacts, room: number, counter: TokenCounter) {
  const count = (text: string) => counter.count(text) + 1;
  const problem = beginning(inert(facts.problem ?? "(nothing)"), room * SHARES.problem, count);
  const done = latest(facts.done.map(inert), room * SHARES.done, count);
  const files = listed(facts, room * SHARES.files, count);
  const used = [problem, done, files].reduce((sum, part) => sum + count(part), 0);
  const { text: lines, shown } = readLines(facts.reads, room - used, count);
  return { parts: { problem, done, files, lines } satisfies Parts, shown };
}

type Count = (text: string) => number;

/** The beginning of a text, cut where it is said. */
function beginning(text: string, room: number, count: Count): string {
  let kept = text;
  while (count(kept) > room && kept.length > 1)
    kept = kept.slice(0, Math.floor(kept.length * Math.min(0.9, room / count(kept)))).toWellFormed();
  return kept === text ? text : `${kept} …`;
}

function latest(lines: readonly string[], room: number, count: Count): string {
  if (lines.length === 0) return "(nothing)";
  let left = room - count(`(${lines.length} earlier ones are not shown)`);
  let from = lines.length;
  while (from > 0) {
    left -= count(lines[from - 1] as string);
    if (left < 0) break;
    from--;
  }
  return [...(from > 0 ? [`(${from} earlier ones are not shown)`] : []), ...lines.slice(from)].join("\n");
}

function listed({ files, instruction }: StepFacts, room: number, count: Count): string {
  if (files.length === 0) return "(none)";
  const sorted = [...files].sort(
    (a, b) =>
      Number(b.path === instruction.file) - Number(a.path === instruction.file) || (a.path < b.path ? -1 : 1),
  );
  const kept: string[] = [];
  let left = room - count(`(${files.length} more)`);
  for (const { path, lines, bytes } of sorted) {
    const line = `${path}: ${lines} lines, ${bytes} bytes`;
    left -= count(line);
    if (left < 0) break;
    kept.push(line);
  }
  const more = files.length - kept.length;
  return [...kept, ...(more > 0 ? [`(${more} more)`] : [])].join("\n");
}

function readLines(reads: StepFacts["reads"], room: number, count: Count) {
  const shown = new Map<string, (readonly [number, number])[]>();
  const blocks: string[] = [];
  let left = room;
  for (const { path, from, to, text } of [...reads].reverse()) {
    const lines = linesOf(text ?? "");
    const first = from ?? 1;
    const last = Math.min(to ?? lines.length, lines.length);
    if (text === undefined || first > last) {
      const block =
        text === undefined ? `${path}: there is no such file` : `${path}: it has ${lines.length} lines`;
      left -= count(block);
      if (left >= 0) blocks.unshift(block);
      continue;
    }
    left -= count(`${path}, lines ${last} to ${last} of ${lines.length}: as many as there is room for`);
    const kept: string[] = [];
    for (let number = first; number <= last; number++) {
      const line = `${number}| ${inert(lines[number - 1] ?? "")}`;
      left -= count(line);
      if (left < 0) break;
      kept.push(line);
    }
    if (left < 0 && kept.length === 0) {
      blocks.unshift(`(no room for ${path}, line ${first})`);
      break;
    }
    const end = first + kept.length - 1;
    const cut = end < last ? ": as many as there is room for" : "";
    blocks.unshift([`${path}, lines ${first} to ${end} of ${lines.length}${cut}`, ...kept].join("\n"));
    shown.set(path, [...(shown.get(path) ?? []), [first, end]]);
    if (left < 0) break;
  }
  return { text: blocks.length === 0 ? "(none)" : blocks.join("\n\n"), shown };
}

import * as z from "zod";
import type { AnswerSieve } from "../../../memos/extraction/siftAnswer.js";
import { instantOf } from "../../../memos/extraction/when.js";
import type { ExtractionQuestion } from "../../../memos/index.js";
import { MEMORY_TYPES } from "../../types/index.js";
import { CONTROLLER_LIMITS as LIMITS } from "../limits.js";
import { MADE_TYPES, type MadeMemory } from "../memory.js";
import { CONTROLLER_PROMPT } from "./prompt.js";

/** A memory that a model proposes, with the handles of what it comes from and of what it takes the place of. */
export interface ProposedMemory {
  readonly memory: MadeMemory;
  readonly from: readonly string[];
  readonly replaces: readonly string[];
}

/** A wish to forget something, by handles: who asks, and what is meant. */
export interface ProposedForgetting {
  readonly asks: string;
  readonly forget: string;
}

export interface Proposed {
  readonly memories: readonly ProposedMemory[];
  readonly forget: readonly ProposedForgetting[];
}

/** What the controller asks a model: notes, memories of all types and what is to be forgotten, in one call. */
export const CONTROLLER_QUESTION: ExtractionQuestion<Proposed> = {
  prompt: CONTROLLER_PROMPT,
  fields: ["memories", "forget"],
  take: (answer, sieve) => ({
    memories: sieve.list(
      answer["memories"],
      "memories",
      LIMITS.proposals,
      (item, path) => memoryIn(item, path, sieve),
      ({ memory }) => JSON.stringify(memory),
    ),
    forget: sieve.list(
      answer["forget"],
      "forget",
      LIMITS.proposals,
      (item, path) => forgettingIn(item, path, sieve),
      ({ asks, forget }) => `${asks} ${forget}`,
    ),
  }),
};

const typeSchema = z.enum(MADE_TYPES);

function memoryIn(item: unknown, path: string, sieve: AnswerSieve): ProposedMemory | undefined {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    return sieve.reject(path, "must be an object");
  const { type: named, from: sources, replaces: earlier, ...said } = item as Record<string, unknown>;
  const type = sieve.text(named, `${path}.type`, typeSchema);
  const { notes, candidates } = sieve.offered;
  const from = handlesIn(sources, `${path}.from`, notes, sieve);
  if (type === undefined) return undefined;
  if (from.length === 0) return sieve.reject(path, "names no new note that it comes from");
  const schema = MEMORY_TYPES[type].schema as z.ZodType<MadeMemory["content"]>;
  const content = sieve.text(contentIn(said, path, sieve), path, schema);
  if (content === undefined) return undefined;
  const replaces = handlesIn(earlier, `${path}.replaces`, candidates, sieve);
  return { memory: { type, content } as MadeMemory, from, replaces };
}

/** What it says, without what it leaves open; a day stands for its first instant. */
function contentIn(said: Record<string, unknown>, path: string, sieve: AnswerSieve) {
  const content = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
  const { when } = content;
  if (typeof when !== "string") return content;
  const instant = instantOf(when.trim(), "from");
  if (instant !== undefined) return { ...content, when: instant };
  sieve.reject(`${path}.when`, "is not a date");
  return Object.fromEntries(Object.entries(content).filter(([name]) => name !== "when"));
}

function forgettingIn(item: unknown, path: string, sieve: AnswerSieve): ProposedForgetting | undefined {
  const fields = sieve.fields(item, path, ["asks", "forget"]);
  if (fields === undefined) return undefined;
  const { notes, candidates } = sieve.offered;
  const asks = sieve.handle(fields["asks"], `${path}.asks`, notes);
  const forget = sieve.handle(fields["forget"], `${path}.forget`, candidates);
  return asks === undefined || forget === undefined ? undefined : { asks, forget };
}

function handlesIn(value: unknown, path: string, offered: ReadonlySet<string>, sieve: AnswerSieve): string[] {
  return sieve.list(
    value,
    path,
    offered.size,
    (item, place) => sieve.handle(item, place, offered),
    (handle) => handle,
  );
}

import { type CubeId, MemosError } from "../../memcube/index.js";
import type { ChatMessage, ToolDefinition } from "../inference/engine.js";
import {
  type Before,
  type CompiledRecall,
  compileRecall,
  type RecallCompiler,
} from "../retrieval/context.js";
import { inert } from "../retrieval/fence.js";
import type { Recalled } from "../retrieval/filling.js";
import type { GivenLine } from "../retrieval/line.js";
import type { TokenCounter } from "../retrieval/tokens.js";
import type { Block } from "./block.js";

/** What a chat template adds to a message at most, and to a whole prompt. */
export const TEMPLATE_TOKENS = 8;

/** When turns must go, so many go that the rest takes this share of the limit. */
export const LOW_WATER = 0.6;

/** What is recalled for a question takes at most this share of what instructions, block and question leave. */
export const RECALL_SHARE = 0.5;

/** Citations of turns begin at a round number above the block's, so that the block can grow meanwhile. */
export const CITATION_ROOM = 100;

/** A question with what was recalled for it, and all messages up to the next question. Never changed. */
export interface Turn {
  /** The question alone, without what was recalled for it. */
  readonly said: string;
  readonly messages: readonly ChatMessage[];
  /** The memory that its question was given. */
  readonly lines: readonly GivenLine[];
  readonly tokens: number;
}

export interface Said {
  readonly question: string;
  readonly answer: string;
}

/**
 * What a session has said so far, as a value: each step makes a new one.
 *
 *     system   instructions, block        changes when a memory in the block does
 *     turn 1   recall 1, question, answer
 *     turn 2   recall 2, question, answer  only ever added below
 *     …
 *
 * Every prompt is a beginning of the next one, so that the cache of one serves the next. Prompts in which what is
 * recalled stands before the history share nothing but the instructions.
 */
export interface Conversation {
  readonly system: string;
  readonly systemTokens: number;
  /** The memory that the system message holds. */
  readonly block: readonly GivenLine[];
  /** Those that are still in the window. */
  readonly turns: readonly Turn[];
  /** How many are not. */
  readonly dropped: number;
  /** The last citation that was given. */
  readonly citations: number;
}

/** What the system message of a prompt says; a block may be any beginning of one. */
export function systemText(instructions: string, block: Pick<Block, "text">): string {
  return [instructions, block.text].filter((part) => part !== "").join("\n\n");
}

export function startConversation(instructions: string, block: Block, counter: TokenCounter): Conversation {
  return { ...systemOf(instructions, block, counter), turns: [], dropped: 0 };
}

/**
 * The conversation under other instructions or another block: itself when they say the same, else its prompts
 * begin anew from here. Turns stay as they are.
 */
export function withSystem(
  conversation: Conversation,
  instructions: string,
  block: Block,
  counter: TokenCounter,
): Conversation {
  if (systemText(instructions, block) === conversation.system) return conversation;
  const { citations, ...system } = systemOf(instructions, block, counter);
  return { ...conversation, ...system, citations: Math.max(citations, conversation.citations) };
}

/** The messages of a prompt. */
export function messagesOf({ system, turns }: Conversation): ChatMessage[] {
  const head: ChatMessage[] = system === "" ? [] : [{ role: "system", content: system }];
  return [...head, ...turns.flatMap(({ messages }) => messages)];
}

/** Tokens of a prompt, what the chat template adds included. */
export function tokensOf({ systemTokens, turns }: Conversation): number {
  return turns.reduce((sum, { tokens }) => sum + tokens, TEMPLATE_TOKENS + systemTokens);
}

/** The turns in plain words, oldest first: what was asked, and what was answered. */
export function saidIn(conversation: Conversation | undefined): Said[] {
  return (conversation?.turns ?? []).map(({ said, messages }) => ({
    question: said,
    answer: messages.flatMap(({ role, content }) => (role === "assistant" ? content : [])).join("\n"),
  }));
}

/** What a prompt holds of each cube: what it was given last. */
export function heldIn({ block, turns }: Conversation): Map<CubeId, GivenLine> {
  const lines = [...block, ...turns.flatMap((turn) => turn.lines)];
  return new Map(lines.map((line) => [line.cube, line]));
}

/**
 * Adds a question: one message, what was recalled for it in its fence, then the question. Nothing that stands in
 * the question can pass for recalled memory or for another role.
 *
 * @throws MemosError INVALID_INPUT while the last question has no answer.
 */
export function withQuestion(
  conversation: Conversation,
  recall: CompiledRecall,
  question: string,
  counter: TokenCounter,
): Conversation {
  refuseOpen(conversation);
  const message = questionMessage(recall.text, question);
  const turn: Turn = {
    said: question,
    messages: [message],
    lines: recall.lines,
    tokens: messageTokens(message, counter),
  };
  return {
    ...conversation,
    turns: [...conversation.turns, turn],
    citations: recall.lines.at(-1)?.citation ?? conversation.citations,
  };
}

/**
 * Adds what followed the question: an answer of the model, calls that it makes, results of tools.
 *
 * @throws MemosError INVALID_INPUT for another role, or when nothing was asked.
 */
export function withAnswer(
  conversation: Conversation,
  message: ChatMessage,
  counter: TokenCounter,
): Conversation {
  const last = conversation.turns.at(-1);
  if (last === undefined || (message.role !== "assistant" && message.role !== "tool"))
    throw new MemosError(
      "INVALID_INPUT",
      "A question is followed by messages of the assistant and of tools.",
    );
  const said = { ...message, content: inert(message.content) };
  const turn: Turn = {
    ...last,
    messages: [...last.messages, said],
    tokens: last.tokens + messageTokens(said, counter),
  };
  return { ...conversation, turns: [...conversation.turns.slice(0, -1), turn] };
}

/**
 * Adds messages that somebody else has kept, as they say them and with nothing recalled: a question opens a turn,
 * and what is no question belongs to the turn before it, or to one without a question at the very beginning.
 */
export function withSaid(
  conversation: Conversation,
  messages: readonly ChatMessage[],
  counter: TokenCounter,
): Conversation {
  let said = conversation;
  for (const message of messages) {
    if (message.role !== "user") {
      const turns = said.turns.length === 0 ? [WITHOUT_QUESTION] : said.turns;
      said = withAnswer({ ...said, turns }, message, counter);
      continue;
    }
    const asked = questionMessage("", message.content);
    const turn: Turn = {
      said: message.content,
      messages: [asked],
      lines: [],
      tokens: messageTokens(asked, counter),
    };
    said = { ...said, turns: [...said.turns, turn] };
  }
  return said;
}

const WITHOUT_QUESTION: Turn = { said: "", messages: [], lines: [], tokens: 0 };

/**
 * The conversation with room for `reserve` more tokens below `maxTokens`: itself when there is, else without its
 * oldest turns, so many that those left take `LOW_WATER` of what the system message and the reserve leave them. A
 * question without an answer stays.
 *
 * With H tokens for turns of t each, turns go once in 0.4 H / t turns, and then the 0.6 H that stay are evaluated
 * again behind the system message: 1.5 t a turn, beside the t that are new. If each turn drove out one other, all
 * of H would be evaluated at every turn.
 *
 * @throws MemosError TOO_LARGE when what must stay is over `maxTokens`.
 */
export function fitted(conversation: Conversation, maxTokens: number, reserve = 0): Conversation {
  let over = tokensOf(conversation) + reserve - maxTokens;
  if (over <= 0) return conversation;
  const { systemTokens, turns } = conversation;
  const room = maxTokens - reserve - systemTokens - TEMPLATE_TOKENS;
  over += (1 - LOW_WATER) * Math.max(0, room);
  const droppable = isOpen(conversation) ? turns.length - 1 : turns.length;
  let count = 0;
  for (; over > 0 && count < droppable; count++) over -= turns[count]?.tokens ?? 0;
  const rest = { ...conversation, turns: turns.slice(count), dropped: conversation.dropped + count };
  if (tokensOf(rest) + reserve > maxTokens)
    throw new MemosError(
      "TOO_LARGE",
      `The instructions, the block and the question take ${tokensOf(rest) + reserve} tokens, ${maxTokens} fit.`,
    );
  return rest;
}

export interface Question {
  readonly text: string;
  /** Best first. */
  readonly recalled: readonly Recalled[];
  /** How it becomes a text: one after the other unless said otherwise. */
  readonly compile?: RecallCompiler | undefined;
  /** Tokens for what was recalled, at most. */
  readonly recallTokens: number;
  /** Tokens of the prompt, at most: what the model can take less its answer. */
  readonly maxTokens: number;
}

/**
 * The next turn of a conversation, ready to be answered: what was recalled, less what the prompt holds already,
 * and the question. If there is no room for it, the oldest turns go first, and then what they held can be said
 * again.
 *
 * @throws MemosError INVALID_INPUT while the last question has no answer, TOO_LARGE when the question alone does
 * not fit.
 */
export function asked(conversation: Conversation, question: Question, counter: TokenCounter): Conversation {
  const { text, recalled, compile = compileRecall, recallTokens, maxTokens } = question;
  const alone = messageTokens(questionMessage("", text), counter);
  const spare = maxTokens - TEMPLATE_TOKENS - conversation.systemTokens - alone;
  const most = Math.max(0, Math.min(recallTokens, Math.floor(spare * RECALL_SHARE)));
  const next = (before: Conversation): Conversation => {
    const known: Before = { held: heldIn(before), citations: before.citations };
    // Tokens do not add up exactly where the two parts meet.
    for (let budget = most; ; ) {
      const recall = compile(recalled, budget, counter, known);
      const grown = withQuestion(before, recall, text, counter);
      const over = tokensOf(grown) - tokensOf(before) - alone - most;
      if (over <= 0) return grown;
      budget -= over;
    }
  };
  const whole = next(conversation);
  if (tokensOf(whole) <= maxTokens) return whole;
  return next(fitted(conversation, maxTokens, alone + most));
}

function systemOf(instructions: string, block: Block, counter: TokenCounter) {
  const system = systemText(instructions, block);
  const lines = block.segments.flatMap((segment) =>
    segment.lines.map(({ text: _text, source: _source, ...line }): GivenLine => line),
  );
  return {
    system,
    systemTokens: system === "" ? 0 : messageTokens({ role: "system", content: system }, counter),
    block: lines,
    citations: Math.ceil((lines.length + 1) / CITATION_ROOM) * CITATION_ROOM,
  };
}

function questionMessage(recalled: string, question: string): ChatMessage {
  return { role: "user", content: recalled === "" ? inert(question) : `${recalled}\n${inert(question)}` };
}

/** Tokens of what a model is told about tools. */
export function toolTokens(tools: readonly ToolDefinition[], counter: TokenCounter): number {
  if (tools.length === 0) return 0;
  const said = tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
  return TEMPLATE_TOKENS + counter.count(JSON.stringify(said));
}

/** Tokens of a message, what the chat template adds included. */
export function messageTokens({ content, toolCalls }: ChatMessage, counter: TokenCounter): number {
  const calls = toolCalls === undefined ? 0 : counter.count(JSON.stringify(toolCalls));
  return TEMPLATE_TOKENS + counter.count(content) + calls;
}

function isOpen({ turns }: Conversation): boolean {
  const last = turns.at(-1)?.messages.at(-1);
  return last !== undefined && (last.role !== "assistant" || (last.toolCalls?.length ?? 0) > 0);
}

function refuseOpen(conversation: Conversation): void {
  if (isOpen(conversation)) throw new MemosError("INVALID_INPUT", "The last question has no answer yet.");
}

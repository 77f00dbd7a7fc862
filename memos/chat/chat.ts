import { randomUUID } from "node:crypto";
import { LIMITS, type MemCube, MemosError, type Scope, scopeSchema } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import type { CompiledMemory, Found } from "../activation/compiledMemory.js";
import {
  asked,
  type Conversation,
  messagesOf,
  type Question,
  startConversation,
  TEMPLATE_TOKENS,
  tokensOf,
  withAnswer,
  withSystem,
} from "../activation/conversation.js";
import { INSTRUCTIONS } from "../activation/instructions.js";
import type { Access } from "../governance/access.js";
import type { Engine, GenerateEvent } from "../inference/engine.js";
import type { Hit, SearchResult, Warning, WriteReceipt } from "../operations.js";
import type { AdaptersInUse } from "../parametric/adaptersInUse.js";
import { parse } from "../parse.js";
import { o200k, type TokenCounter } from "../retrieval/tokens.js";
import type { Permitted } from "../store/ledger.js";
import {
  type ChatEvent,
  type ChatOptions,
  type ChatReceipt,
  chatMessageTextSchema,
  chatOptionsSchema,
} from "./operations.js";
import { type ChatSession, type ChatSessions, sessionKey } from "./session.js";

/** Tokens that are left free beside the answer: templates differ in what they add. */
const SPARE_TOKENS = 64;

/** What chat needs of the rest of the system. */
export interface ChatHost {
  readonly engine: Engine | undefined;
  readonly access: Access;
  readonly compiled: CompiledMemory;
  readonly adapters: AdaptersInUse;
  readonly sessions: ChatSessions;
  /** @throws MemosError READ_ONLY, CLOSED. */
  writable(): void;
  search(
    query: string,
    scope: Scope,
    permit: Permitted,
    signal: AbortSignal | undefined,
  ): Promise<SearchResult>;
  remember(
    messages: readonly { role: "user" | "assistant"; content: string }[],
    scope: Scope,
  ): Promise<WriteReceipt>;
  /** Notes what a prompt held: it is use, and an answer that repeats it is an echo. */
  gave(scope: Scope, cubes: readonly MemCube[]): void;
}

/**
 * A conversation with memory: recall, compile, restore, generate, remember. The prompt begins with what is stable
 * (docs/activation.md), so that the engine finds its keys and values again; what is recalled for a message stands
 * with the message, and stays as it was given.
 */
export class Chat {
  readonly #host: ChatHost;
  /** Tokens of the model for one that is counted. */
  #ratio: number | undefined;

  constructor(host: ChatHost) {
    this.#host = host;
  }

  /**
   * Answers a message. The receipt comes with the last event.
   *
   * @throws MemosError UNSUPPORTED without a model, INVALID_INPUT, TOO_LARGE for a message that does not fit the
   * model, READ_ONLY to remember in a store that is not written, MODEL_FAILED, ABORTED. Of a chat that fails or is
   * cancelled nothing is remembered.
   */
  async *chat(
    message: string,
    scope: Scope,
    options: ChatOptions = {},
  ): AsyncGenerator<ChatEvent, void, undefined> {
    const started = performance.now();
    const { engine, access, sessions } = this.#host;
    const text = parse(chatMessageTextSchema, message);
    const { session, ...wanted } = parse(chatOptionsSchema, options);
    const given = parse(scopeSchema, scope);
    const named = session ?? given.session;
    const { session: _, ...owner } = given;
    const permit = await access.authorize("chat", wanted.remember ? "write" : "read", owner);
    const reading = wanted.remember ? await access.authorize("chat", "read", owner) : permit;
    if (engine === undefined)
      throw new MemosError(
        "UNSUPPORTED",
        "There is no model to talk to: start the server with --model, or open the memory with an `engine`.",
      );
    if (wanted.remember) this.#host.writable();
    throwIfAborted(wanted.signal);
    const talk = { ...owner, ...(named === undefined ? {} : { session: named }) };
    const key = sessionKey(
      named === undefined ? { ...owner, session: randomUUID() } : talk,
      access.name,
      wanted.instructions ?? INSTRUCTIONS,
    );
    const done = await sessions.turn(key, wanted.signal);
    try {
      yield* this.#answer({ text, talk, owner, key, named, permit: reading.labels, started, engine, wanted });
    } finally {
      done();
    }
  }

  async *#answer(turn: {
    readonly text: string;
    readonly talk: Scope;
    readonly owner: Scope;
    readonly key: string;
    readonly named: string | undefined;
    readonly permit: Permitted;
    readonly started: number;
    readonly engine: Engine;
    readonly wanted: Omit<ReturnType<typeof chatOptionsSchema.parse>, "session">;
  }): AsyncGenerator<ChatEvent, void, undefined> {
    const { text, talk, owner, key, named, permit, started, engine, wanted } = turn;
    const { compiled, sessions, adapters, access } = this.#host;
    const instructions = wanted.instructions ?? INSTRUCTIONS;
    const warnings: Warning[] = [];
    // Before anything is read: what is purged from here on is noticed at the end.
    const purges = await compiled.forgetPurged();
    const { epoch } = sessions;
    const inUse = await adapters.of({ scope: owner, labels: permit, access }, wanted.adapters, wanted.signal);
    const looks = wanted.budget > 0 || inUse.use.length > 0;
    const [beginning, found, { contextTokens }] = await Promise.all([
      compiled.beginning(owner, permit, instructions),
      looks ? this.#host.search(text, owner, permit, wanted.signal) : NOTHING_FOUND,
      engine.model(),
    ]);
    warnings.push(...inUse.warnings, ...(found.receipt?.warnings ?? []));
    const { told, known } = await adapters.told(inUse, found.hits, owner);
    const counter = await this.#counter(engine);
    const before = sessions.get(key);
    const standing =
      before === undefined
        ? startConversation(instructions, beginning.block, counter)
        : withSystem(before.conversation, instructions, beginning.block, counter);
    const said = new Set(inWindow(before));
    const hits = found.hits.filter(({ cube }) => !said.has(cube.id) && !known.has(cube.id));
    const question = {
      text,
      recalled: hits,
      recallTokens: wanted.budget,
      maxTokens: contextTokens - wanted.maxTokens - SPARE_TOKENS,
    };
    const [conversation, stored] = await Promise.all([
      this.#fitting(standing, question, counter, engine, wanted.signal),
      compiled.find(owner, beginning, inUse.use),
    ]);
    const items = recalledItems(conversation, hits);
    const recallMs = performance.now() - started;
    const cited = new Set(told.flatMap((one) => one.cited));
    let given = false;
    // Once the engine is at work: nobody waits for it then.
    const give = () => {
      if (given) return;
      given = true;
      this.#host.gave(owner, [
        ...beginning.cubes,
        ...found.hits
          .map(({ cube }) => cube)
          .filter(({ id }) => cited.has(id) || items.some((one) => one.id === id)),
      ]);
    };

    let answer = "";
    let miss: string | undefined;
    let end: Extract<GenerateEvent, { kind: "end" }> | undefined;
    let firstTokenMs = 0;
    const messages = messagesOf(conversation);
    try {
      for await (const event of engine.generate({
        messages,
        maxTokens: wanted.maxTokens,
        temperature: wanted.temperature,
        ...(wanted.topP === undefined ? {} : { topP: wanted.topP }),
        ...(wanted.seed === undefined ? {} : { seed: wanted.seed }),
        adapters: inUse.use,
        salt: owner.tenant,
        state: stored?.state,
        signal: wanted.signal,
      })) {
        give();
        if (event.kind === "prompt") {
          miss = event.miss;
          this.#learn(event.tokens.prompt, messages, counter);
          yield { kind: "prompt", tokens: { ...event.tokens } };
        } else if (event.kind === "text") {
          if (answer === "") firstTokenMs = performance.now() - started;
          answer += event.text;
          yield { kind: "text", text: event.text };
        } else if (event.kind === "end") end = event;
      }
    } finally {
      await compiled.forgetPurged(purges);
    }
    if (end === undefined) throw new MemosError("MODEL_FAILED", "The model stopped without an end.");
    const { tokens, restoreMs, reason } = end;
    const totalMs = performance.now() - started;
    if (answer === "") firstTokenMs = totalMs;

    const remembered = wanted.remember ? await this.#remember(text, answer, talk, warnings) : [];
    const session: ChatSession = {
      conversation: withAnswer(conversation, { role: "assistant", content: answer }, counter),
      remembered: [...(before?.remembered ?? []), remembered],
    };
    if (named !== undefined) sessions.set(key, session, epoch);
    const perDay = await compiled.used(owner, stored, {
      restored: tokens.restored > 0,
      miss: miss !== undefined,
      prefilled: tokens.prefilled,
      prefillMs: end.firstTokenMs - restoreMs,
    });
    await adapters.used(inUse);
    compiled.consider(owner, beginning, instructions, { perDay, found: stored, adapters: inUse.use });
    yield {
      kind: "end",
      receipt: {
        operation: "chat",
        model: engine.name,
        ...(named === undefined ? {} : { session: named }),
        answer,
        reason,
        tokens: { ...tokens },
        block: {
          memories: beginning.block.manifest.length,
          state: servedBy(tokens, stored),
          ...(miss === undefined ? {} : { miss }),
        },
        recalled: items,
        adapters: told,
        dropped: conversation.dropped,
        remembered,
        firstTokenMs,
        recallMs,
        restoreMs,
        milliseconds: performance.now() - started,
        warnings,
      },
    };
  }

  /** Remembers both sides, as far as they say something; the ids. */
  async #remember(question: string, answer: string, talk: Scope, warnings: Warning[]): Promise<string[]> {
    const messages: { role: "user" | "assistant"; content: string }[] = [{ role: "user", content: question }];
    // A message is valid; what a model says can be anything.
    const content = answer.toWellFormed().replaceAll("\u0000", "\ufffd");
    if (Buffer.byteLength(content) > LIMITS.textBytes)
      warnings.push({
        code: "TOO_LARGE",
        message: `The answer has over ${LIMITS.textBytes} bytes and is not remembered.`,
      });
    else if (content.trim() !== "") messages.push({ role: "assistant", content });
    const receipt = await this.#host.remember(messages, talk);
    warnings.push(...receipt.warnings);
    return receipt.written.map(({ id }) => id);
  }

  /** Counts as the model does, as far as is known: its tokens for one of o200k. */
  async #counter(engine: Engine): Promise<TokenCounter> {
    const base = await o200k();
    this.#ratio ??= await this.#host.compiled.ratio(engine);
    const ratio = this.#ratio;
    return {
      name: `${base.name} × ${ratio.toFixed(2)}`,
      count: (text) => Math.ceil(base.count(text) * ratio),
    };
  }

  /**
   * The conversation with its next turn, within what the model takes: where the model counts, by its count.
   *
   * @throws MemosError TOO_LARGE.
   */
  async #fitting(
    standing: Conversation,
    question: Question,
    counter: TokenCounter,
    engine: Engine,
    signal: AbortSignal | undefined,
  ): Promise<Conversation> {
    for (let { maxTokens } = question; ; ) {
      const conversation = asked(standing, { ...question, maxTokens }, counter);
      if (!engine.capabilities.tokens) return conversation;
      const { length } = await engine.tokenize(messagesOf(conversation), signal);
      if (length <= question.maxTokens) return conversation;
      maxTokens = Math.floor((tokensOf(conversation) * question.maxTokens) / length);
    }
  }

  /** A prompt that had more tokens than counted makes the next count higher; never lower, so that it stays below. */
  #learn(prompt: number, messages: readonly { content: string }[], counter: TokenCounter): void {
    const counted = messages.reduce(
      (sum, { content }) => sum + TEMPLATE_TOKENS + counter.count(content),
      TEMPLATE_TOKENS,
    );
    if (prompt > counted) this.#ratio = ((this.#ratio ?? 1) * prompt) / counted;
  }
}

/** Where nothing is to be recalled, nothing is looked for. */
const NOTHING_FOUND: { readonly hits: readonly Hit[]; readonly receipt?: SearchResult["receipt"] } = {
  hits: [],
};

function inWindow(session: ChatSession | undefined): string[] {
  return session === undefined ? [] : session.remembered.slice(session.conversation.dropped).flat();
}

function recalledItems({ turns }: Conversation, hits: readonly Hit[]): ChatReceipt["recalled"] {
  const byId = new Map(hits.map((hit) => [hit.cube.id, hit]));
  return (turns.at(-1)?.lines ?? []).map(({ citation, cube, truncated }) => {
    const hit = byId.get(cube);
    return {
      citation,
      id: cube,
      score: hit?.score ?? 0,
      truncated,
      ...(hit?.superseded === undefined ? {} : { superseded: hit.superseded }),
    };
  });
}

function servedBy(
  { reused, restored }: { reused: number; restored: number },
  found: Found | undefined,
): "live" | "file" | "compressed" | "none" {
  if (restored > 0 && found !== undefined) return found.activation.tier;
  return reused > 0 ? "live" : "none";
}

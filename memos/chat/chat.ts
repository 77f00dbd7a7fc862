import { randomUUID } from "node:crypto";
import { type MemCube, type Scope, scopeSchema, textOf } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { compileBlock } from "../activation/block.js";
import type { CompiledMemory, Found } from "../activation/compiledMemory.js";
import {
  asked,
  type Conversation,
  fitted,
  messagesOf,
  messageTokens,
  type Question,
  saidIn,
  startConversation,
  TEMPLATE_TOKENS,
  tokensOf,
  toolTokens,
  withSaid,
  withSystem,
} from "../activation/conversation.js";
import { INSTRUCTIONS } from "../activation/instructions.js";
import type { Access } from "../governance/access.js";
import type { ChatMessage, Engine, ToolDefinition } from "../inference/engine.js";
import { withoutModel } from "../models.js";
import type { Hit, SearchResult, Warning } from "../operations.js";
import type { AdaptersInUse } from "../parametric/adaptersInUse.js";
import { parse } from "../parse.js";
import { o200k, type TokenCounter } from "../retrieval/tokens.js";
import type { Permitted } from "../store/ledger.js";
import { countAhead } from "./countAhead.js";
import { KeptHistory, type Point } from "./kept.js";
import {
  type ChatEvent,
  type ChatOptions,
  type ChatReceipt,
  chatMessageTextSchema,
  chatOptionsSchema,
} from "./operations.js";
import type { ChatParts, ChatRecall, Keep, RecallRequest } from "./parts.js";
import { atPoint, NEW_TURN, NOTHING_SAID, withTurn } from "./point.js";
import { rememberTurn } from "./rememberTurn.js";
import { type Answered, answerInRounds } from "./rounds.js";
import { type ChatSession, type ChatSessions, sessionKey } from "./session.js";
import { assertCallable, usableTools } from "./usableTools.js";

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
  readonly remember: Keep;
  /** Milliseconds since the epoch. */
  now(): number;
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
    parts: ChatParts = {},
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
    if (engine === undefined) throw withoutModel();
    if (wanted.remember) this.#host.writable();
    throwIfAborted(wanted.signal);
    const talk = { ...owner, ...(named === undefined ? {} : { session: named }) };
    const alone = named === undefined || parts.kept !== undefined;
    const key = sessionKey(
      alone ? { ...owner, session: randomUUID() } : talk,
      access.name,
      reading.labels,
      wanted.instructions ?? INSTRUCTIONS,
    );
    const done = await sessions.turn(key, wanted.signal);
    try {
      const turn = { text, talk, owner, key, named, permit: reading.labels, started, engine, wanted, parts };
      yield* this.#answer(turn);
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
    readonly parts: ChatParts;
  }): AsyncGenerator<ChatEvent, void, undefined> {
    const { talk, owner, key, named, permit, started, engine, wanted, parts } = turn;
    const { compiled, sessions, adapters, access } = this.#host;
    const { blank = false } = parts;
    const instructions = wanted.instructions ?? (blank ? "" : INSTRUCTIONS);
    const warnings: Warning[] = [];
    const shown = parts.shown ?? (async (said) => said);
    const text = await shown(turn.text, "user");
    // Before anything is read: what is purged from here on is noticed at the end.
    const purges = await compiled.forgetPurged();
    const { epoch } = sessions;
    const inUse = await adapters.of({ scope: owner, labels: permit, access }, wanted.adapters, wanted.signal);
    const recall = parts.recall ?? ((request: RecallRequest) => this.#recall(request, permit));
    const history =
      parts.kept === undefined
        ? undefined
        : new KeptHistory(sessionKey(talk, access.name, permit, blank ? "blank" : ""), parts.kept, turn.text);
    const pointNow = () => history?.point(sessions) ?? { ...NEW_TURN, session: sessions.get(key) };
    await countAhead([{ role: "user", content: text }, ...(history?.messages ?? [])], wanted.signal);
    const counter = await this.#counter(engine);
    const spoken = pointNow();
    const looks = !spoken.asked && !blank && (wanted.budget > 0 || inUse.use.length > 0);
    const earlier = [
      ...saidIn(spoken.session?.conversation),
      ...saidIn(withSaid(NOTHING_SAID, spoken.earlier, counter)),
    ];
    const [beginning, found, { contextTokens }] = await Promise.all([
      blank ? { ...NO_BEGINNING, purges } : compiled.beginning(owner, permit, instructions),
      looks ? recall({ text, scope: owner, session: named, earlier, signal: wanted.signal }) : NOTHING_FOUND,
      engine.model(),
    ]);
    warnings.push(...inUse.warnings, ...found.warnings);
    const { told, known } = await adapters.told(inUse, found.hits, owner);
    // Once more: what was purged while memory was read is in no session any longer.
    const point = pointNow();
    const before = atPoint(point, counter);
    const standing =
      before === undefined
        ? startConversation(instructions, beginning.block, counter)
        : withSystem(before.conversation, instructions, beginning.block, counter);
    const said = new Set(inWindow(before));
    const texts = history?.texts ?? new Set();
    const hits = found.hits.filter(
      ({ cube }) => !said.has(cube.id) && !known.has(cube.id) && !texts.has(textOf(cube) ?? ""),
    );
    const { callerTools = [] } = parts;
    assertCallable(callerTools, engine);
    const tools = usableTools(parts.tools ?? [], engine, contextTokens, counter, warnings);
    const offeredTools = [...callerTools, ...tools];
    const maxTokens = contextTokens - wanted.maxTokens - SPARE_TOKENS - toolTokens(offeredTools, counter);
    const question = {
      text,
      recalled: hits,
      compile: found.compile,
      recallTokens: wanted.budget,
      maxTokens,
    };
    const [conversation, stored] = await Promise.all([
      this.#fitting(standing, point, question, counter, engine, wanted.signal),
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

    let firstTokenMs: number | undefined;
    const answering = answerInRounds({
      engine,
      conversation,
      tools,
      callerTools,
      counter,
      maxTokens,
      scope: talk,
      shown: (answer) => shown(answer, "assistant"),
      request: {
        maxTokens: wanted.maxTokens,
        temperature: wanted.temperature,
        ...(wanted.topP === undefined ? {} : { topP: wanted.topP }),
        ...(wanted.seed === undefined ? {} : { seed: wanted.seed }),
        ...(parts.schema === undefined ? {} : { schema: parts.schema }),
        ...(parts.stop === undefined ? {} : { stop: parts.stop }),
        adapters: inUse.use,
        salt: owner.tenant,
        state: stored?.state,
        signal: wanted.signal,
      },
      heard: (event, messages, offered) => {
        give();
        if (event.kind === "prompt")
          this.#learn(event.tokens.prompt, messages, offered === 0 ? [] : offeredTools, counter);
        else if (event.kind === "text") firstTokenMs ??= performance.now() - started;
      },
    });
    let answered: Answered;
    try {
      answered = yield* answering;
    } finally {
      await compiled.forgetPurged(purges);
    }
    const { answer, reason, tokens, first, miss, rounds, calls } = answered;
    warnings.push(...answered.warnings);
    const { restoreMs } = first;
    firstTokenMs ??= performance.now() - started;

    const keep = parts.remember ?? this.#host.remember;
    const saying = history?.saying(this.#host.now());
    const remembered = wanted.remember
      ? await rememberTurn(turn.text, answer, talk, keep, warnings, saying)
      : [];
    const session: ChatSession = {
      conversation: answered.conversation,
      remembered: withTurn(before?.remembered ?? [], remembered, point.asked),
    };
    if (history !== undefined) {
      const { wanted: calls } = answered;
      const last = { role: "assistant" as const, content: answer };
      const hash = history.after(calls.length === 0 ? last : { ...last, toolCalls: [...calls] });
      sessions.setPoint(hash, session, epoch);
    } else if (named !== undefined) sessions.set(key, session, epoch);
    if (!blank) {
      const perDay = await compiled.used(owner, stored, {
        restored: first.tokens.restored > 0,
        miss: miss !== undefined,
        prefilled: first.tokens.prefilled,
        prefillMs: first.firstTokenMs - restoreMs,
      });
      compiled.consider(owner, beginning, instructions, { perDay, found: stored, adapters: inUse.use });
    }
    await adapters.used(inUse);
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
          state: servedBy(first.tokens, stored),
          ...(miss === undefined ? {} : { miss }),
        },
        recalled: items,
        ...(found.focus === undefined ? {} : { focus: found.focus }),
        tools: { offered: offeredTools.length, rounds, calls: [...calls] },
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

  /** What is found for the words of the message. */
  async #recall({ text, scope, signal }: RecallRequest, permit: Permitted): Promise<ChatRecall> {
    const { hits, receipt } = await this.#host.search(text, scope, permit, signal);
    return { hits, warnings: receipt.warnings };
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
    { asked: isAsked, since }: Point,
    question: Question,
    counter: TokenCounter,
    engine: Engine,
    signal: AbortSignal | undefined,
  ): Promise<Conversation> {
    const after = since.reduce((sum, message) => sum + messageTokens(message, counter), 0);
    for (let { maxTokens } = question; ; ) {
      const next = isAsked
        ? standing
        : asked(standing, { ...question, maxTokens: maxTokens - after }, counter);
      const conversation = fitted(withSaid(next, since, counter), maxTokens);
      if (!engine.capabilities.tokens) return conversation;
      const { length } = await engine.tokenize(messagesOf(conversation), signal);
      if (length <= question.maxTokens) return conversation;
      maxTokens = Math.floor((tokensOf(conversation) * question.maxTokens) / length);
    }
  }

  /** A prompt that had more tokens than counted makes the next count higher; never lower, so that it stays below. */
  #learn(
    prompt: number,
    messages: readonly ChatMessage[],
    tools: readonly ToolDefinition[],
    counter: TokenCounter,
  ): void {
    const counted = messages.reduce(
      (sum, message) => sum + messageTokens(message, counter),
      TEMPLATE_TOKENS + toolTokens(tools, counter),
    );
    if (prompt > counted) this.#ratio = ((this.#ratio ?? 1) * prompt) / counted;
  }
}

/** What a prompt without memory begins with. */
const NO_BEGINNING = { block: compileBlock([]), chain: [], changesPerWeek: 0, cubes: [] };

/** Where nothing is to be recalled, nothing is looked for. */
const NOTHING_FOUND: ChatRecall = { hits: [], warnings: [] };

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

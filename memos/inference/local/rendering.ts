import { LRUCache } from "lru-cache";
import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from "node-llama-cpp";
import type { ChatMessage } from "../engine.js";
import type { Binding } from "./binding.js";
import { commonPrefix } from "./commonPrefix.js";
import { conversation, type Piece, type TurnFormat, turnFormatOf } from "./turnFormat.js";

/** Turns conversations into the tokens of one model. */
export interface Rendering {
  /** Everything up to where the answer begins. */
  prompt(messages: readonly ChatMessage[]): Token[];
  /** What every prompt begins with that begins with these messages. */
  beginning(messages: readonly ChatMessage[]): Token[];
  /** An answer after the prompt, and the end of its turn. */
  answer(text: string): Token[];
  /** Tokens that end an answer, beside those that the model itself declares. */
  readonly ends: ReadonlySet<Token>;
  /** Texts that end an answer. */
  readonly stops: readonly string[];
}

/**
 * Templates of the known families are written by `turnFormat.ts`, where nothing moves when a message is added;
 * others by the wrapper that node-llama-cpp finds for them, which may merge and move messages.
 */
export function renderingFor(binding: Binding, model: LlamaModel, template: string): Rendering {
  const format = turnFormatOf(template);
  if (format?.marks.every((mark) => model.tokenize(mark, true, "trimLeadingSpace").length === 1))
    return new FormatRendering(model, format);
  const wrapper =
    binding.resolveChatWrapper(model, { warningLogs: false }) ?? new binding.GeneralChatWrapper();
  return new WrapperRendering(model, wrapper);
}

class FormatRendering implements Rendering {
  readonly #known = new LRUCache<string, readonly Token[]>({
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_, key) => key.length,
  });
  readonly ends: ReadonlySet<Token>;
  readonly stops = [];
  readonly #endOfTurn: readonly Token[];

  constructor(
    private readonly model: LlamaModel,
    private readonly format: TurnFormat,
  ) {
    this.#endOfTurn = this.#tokens({ markup: format.end });
    this.ends = new Set(this.#endOfTurn);
  }

  prompt(messages: readonly ChatMessage[]): Token[] {
    return this.beginning(messages).concat(this.#tokens({ markup: this.format.answer }));
  }

  beginning(messages: readonly ChatMessage[]): Token[] {
    const { bos, shouldPrependBosToken } = this.model.tokens;
    const begin = shouldPrependBosToken && bos !== null ? [bos] : [];
    // Piece by piece: a tokenizer that sees two of them together may merge across the seam.
    return begin.concat(conversation(this.format, messages).flatMap((piece) => this.#tokens(piece)));
  }

  answer(text: string): Token[] {
    return [...this.#tokens({ text }), ...this.#endOfTurn];
  }

  #tokens(piece: Piece): readonly Token[] {
    const key = "markup" in piece ? `m${piece.markup}` : `t${piece.text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const tokens =
      "markup" in piece
        ? this.model.tokenize(piece.markup, true, "trimLeadingSpace")
        : this.model.tokenize(piece.text.toWellFormed(), false, "trimLeadingSpace");
    this.#known.set(key, tokens);
    return tokens;
  }
}

/** Characters of the pieces whose tokens are remembered: those of a conversation come again with each of its turns. */
const REMEMBERED_CHARACTERS = 4 * 1024 * 1024;

/** Two continuations that differ from their first character on. */
const CONTINUATIONS = ["a", "b"] as const;

class WrapperRendering implements Rendering {
  readonly ends: ReadonlySet<Token>;
  readonly stops: readonly string[];
  readonly #endOfTurn: readonly Token[];

  constructor(
    private readonly model: LlamaModel,
    private readonly wrapper: ChatWrapper,
  ) {
    const { stopGenerationTriggers } = this.#state([{ role: "user", content: CONTINUATIONS[0] }]);
    const triggers = stopGenerationTriggers.map((trigger) => ({
      text: trigger.values.every((value) => typeof value === "string") ? trigger.values.join("") : undefined,
      tokens: trigger.tokenize(model.tokenizer, "trimLeadingSpace"),
    }));
    this.stops = triggers.flatMap(({ text }) => (text === undefined || text === "" ? [] : [text]));
    this.ends = new Set(
      triggers.flatMap(({ text, tokens }) => (text === undefined && tokens.length === 1 ? tokens : [])),
    );
    const end = model.tokens.eot ?? model.tokens.eos;
    this.#endOfTurn = end === null ? [] : [end];
  }

  prompt(messages: readonly ChatMessage[]): Token[] {
    return this.#state(messages).contextText.tokenize(this.model.tokenizer);
  }

  beginning(messages: readonly ChatMessage[]): Token[] {
    const [one, other] = CONTINUATIONS.map((content) =>
      this.prompt([...messages, { role: "user", content }]),
    );
    return one === undefined || other === undefined ? [] : one.slice(0, commonPrefix(one, other));
  }

  answer(text: string): Token[] {
    return [...this.model.tokenize(text.toWellFormed(), false, "trimLeadingSpace"), ...this.#endOfTurn];
  }

  #state(messages: readonly ChatMessage[]) {
    const chatHistory: ChatHistoryItem[] = messages.map(({ role, content }) => {
      const text = content.toWellFormed();
      if (role === "system") return { type: "system", text };
      return role === "assistant" ? { type: "model", response: [text] } : { type: "user", text };
    });
    return this.wrapper.generateContextState({
      chatHistory: [...chatHistory, { type: "model", response: [] }],
    });
  }
}

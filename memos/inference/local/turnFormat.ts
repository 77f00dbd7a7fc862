import type { ChatMessage } from "../engine.js";

/** Markup becomes control tokens; text never does, whatever stands in it. */
export type Piece = { readonly markup: string } | { readonly text: string };

/** How a family of chat templates writes a conversation down. */
export interface TurnFormat {
  readonly name: "chatml" | "llama3" | "gemma";
  /** The markup by which a template of this family is known. */
  readonly marks: readonly [string, ...string[]];
  /** A mark that a similar family has and this one has not. */
  readonly without?: string;
  /** One message; `previous` is undefined for the first. */
  turn(message: ChatMessage, previous: ChatMessage | undefined): readonly Piece[];
  /** In front of the answer. */
  readonly answer: string;
  /** At the end of the answer. */
  readonly end: string;
}

/** Hermes' form, which most models with ChatML were trained on. */
function hermesCalls({ toolCalls = [] }: ChatMessage): Piece[] {
  return toolCalls.flatMap(({ name, arguments: given }) => [
    { markup: "\n<tool_call>\n" },
    { text: `{"name": ${JSON.stringify(name)}, "arguments": ${given}}` },
    { markup: "\n</tool_call>" },
  ]);
}

const CHATML: TurnFormat = {
  name: "chatml",
  marks: ["<|im_start|>", "<|im_end|>"],
  without: "<|im_sep|>",
  turn(message) {
    const { role, content } = message;
    if (role === "tool")
      return [
        { markup: "<|im_start|>user\n<tool_response>\n" },
        { text: content },
        { markup: "\n</tool_response><|im_end|>\n" },
      ];
    return [
      { markup: `<|im_start|>${role}\n` },
      { text: content },
      ...hermesCalls(message),
      { markup: "<|im_end|>\n" },
    ];
  },
  answer: "<|im_start|>assistant\n",
  end: "<|im_end|>",
};

const LLAMA3: TurnFormat = {
  name: "llama3",
  marks: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
  turn({ role, content, toolCalls = [] }) {
    return [
      { markup: `<|start_header_id|>${role === "tool" ? "ipython" : role}<|end_header_id|>\n\n` },
      { text: content },
      ...toolCalls.map(({ name, arguments: given }) => ({
        text: `{"name": ${JSON.stringify(name)}, "parameters": ${given}}`,
      })),
      { markup: "<|eot_id|>" },
    ];
  },
  answer: "<|start_header_id|>assistant<|end_header_id|>\n\n",
  end: "<|eot_id|>",
};

const GEMMA: TurnFormat = {
  name: "gemma",
  marks: ["<start_of_turn>", "<end_of_turn>"],
  turn(message, previous) {
    const { role, content } = message;
    // There is no turn of the system: its text begins the first turn of the user.
    if (role === "system")
      return [{ markup: "<start_of_turn>user\n" }, { text: content }, { markup: "\n\n" }];
    const speaker = role === "assistant" ? "model" : "user";
    const open = previous?.role === "system" && speaker === "user";
    return [
      ...(previous?.role === "system" && !open ? [{ markup: "<end_of_turn>\n" }] : []),
      ...(open ? [] : [{ markup: `<start_of_turn>${speaker}\n` }]),
      { text: content },
      ...hermesCalls(message),
      { markup: "<end_of_turn>\n" },
    ];
  },
  answer: "<start_of_turn>model\n",
  end: "<end_of_turn>",
};

const TURN_FORMATS: readonly TurnFormat[] = [CHATML, LLAMA3, GEMMA];

/** The format of a chat template, where it is one of the simple ones. */
export function turnFormatOf(template: string): TurnFormat | undefined {
  return TURN_FORMATS.find(
    ({ marks, without }) =>
      marks.every((mark) => template.includes(mark)) &&
      (without === undefined || !template.includes(without)),
  );
}

/**
 * A conversation as it is written down. The pieces of its first messages are the first pieces of the whole: what was
 * computed for the beginning of a conversation serves for all that goes on from there.
 */
export function conversation(format: TurnFormat, messages: readonly ChatMessage[]): Piece[] {
  return messages.flatMap((message, at) => format.turn(message, messages[at - 1]));
}

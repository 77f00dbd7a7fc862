import type { ChatAnswer, ChatModel, ChatRequest } from "../../../memos/index.js";

/** What a prompt of the controller shows. */
export interface Shown {
  readonly notes: readonly { readonly handle: string; readonly text: string; readonly actor: string }[];
  readonly candidates: readonly { readonly handle: string; readonly text: string; readonly type: string }[];
}

export function shownIn(user: string): Shown {
  const [notes = "", candidates = ""] = user.split("Existing memories:");
  const lines = (part: string) => part.split("\n").filter((line) => line.startsWith("{"));
  return {
    notes: lines(notes).map((line) => JSON.parse(line) as Shown["notes"][number]),
    candidates: lines(candidates).map((line) => JSON.parse(line) as Shown["candidates"][number]),
  };
}

/** A whole answer with these parts. */
export function answer(parts: object = {}): object {
  return { notes: [], links: [], evolutions: [], memories: [], forget: [], ...parts };
}

/** A memory that stands in an answer, from the first note unless said otherwise. */
export function core(value: string, more: object = {}): object {
  return { type: "core", from: ["n1"], replaces: [], label: "human", value, ...more };
}

/** What a scripted model does with a prompt: a string is said as it is, an object as JSON, an error is thrown. */
export type Script = (shown: Shown, call: number, request: ChatRequest) => object | string | Error;

export class ScriptedModel implements ChatModel {
  readonly name = "scripted";
  readonly requests: ChatRequest[] = [];
  script: Script;

  constructor(script: Script) {
    this.script = script;
  }

  async complete(request: ChatRequest): Promise<ChatAnswer> {
    this.requests.push(request);
    const said = this.script(shownIn(request.user), this.requests.length, request);
    if (said instanceof Error) throw said;
    return {
      text: typeof said === "string" ? said : JSON.stringify(said),
      inputTokens: 100,
      outputTokens: 10,
    };
  }
}

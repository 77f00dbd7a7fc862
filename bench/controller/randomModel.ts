import type { ChatAnswer, ChatModel, ChatRequest, Engine } from "../../memos/index.js";

/** Fields that hold handles: of new notes, of existing memories, of either. */
const NOTE_FIELDS = new Set(["handle", "from", "asks"]);
const CANDIDATE_FIELDS = new Set(["forget", "replaces"]);

/** Characters of a prompt that the model is given: of random weights, it makes nothing of more. */
const SHOWN_CHARACTERS = 200;

/** Memories that it proposes at least. */
const MEMORIES = 2;

type Schema = Readonly<Record<string, unknown>>;

/**
 * A model of random weights that answers in the form that it is asked for, with handles that it was shown: what it
 * says passes every check of form and is noise.
 */
export class RandomModel implements ChatModel {
  readonly name = "random";
  calls = 0;
  readonly #engine: Engine;
  readonly #tokens: number;

  constructor(engine: Engine, tokens: number) {
    this.#engine = engine;
    this.#tokens = tokens;
  }

  async complete({ user, schema, maxTokens, signal }: ChatRequest): Promise<ChatAnswer> {
    const answer = { text: "", inputTokens: 0, outputTokens: 0 };
    for await (const event of this.#engine.generate({
      messages: [{ role: "user", content: user.slice(-SHOWN_CHARACTERS).toWellFormed() }],
      schema: withHandles(schema, handlesIn(user, "n"), handlesIn(user, "c")),
      maxTokens: Math.min(maxTokens, this.#tokens),
      temperature: 1.5,
      seed: this.calls++,
      signal,
    })) {
      if (event.kind === "text") answer.text += event.text;
      if (event.kind === "end") answer.outputTokens = event.tokens.generated;
    }
    return answer;
  }
}

function handlesIn(user: string, letter: "n" | "c"): string[] {
  return [...user.matchAll(/^\{"handle":"([nc]\d+)"/gm)].flatMap(([, handle = ""]) =>
    handle.startsWith(letter) ? [handle] : [],
  );
}

/** The schema with the handles in the place of any text, where handles belong. */
function withHandles(schema: unknown, notes: readonly string[], candidates: readonly string[]): Schema {
  const either = [...notes, ...candidates];
  const one = (field: string, value: Schema): unknown => {
    // Noise would mostly propose nothing.
    if (field === "memories") return { ...(walked(value) as Schema), minItems: MEMORIES };
    const offered = NOTE_FIELDS.has(field) ? notes : CANDIDATE_FIELDS.has(field) ? candidates : either;
    if (!NOTE_FIELDS.has(field) && !CANDIDATE_FIELDS.has(field) && field !== "to") return walked(value);
    if (value["type"] === "string") return offered.length === 0 ? value : { enum: offered };
    const items = value["items"] as Schema | undefined;
    if (items?.["type"] === "string" && offered.length > 0) return { ...value, items: { enum: offered } };
    return walked(value);
  };
  const walked = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walked);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) =>
        key === "properties"
          ? [
              key,
              Object.fromEntries(
                Object.entries(inner as Schema).map(([name, field]) => [name, one(name, field as Schema)]),
              ),
            ]
          : [key, walked(inner)],
      ),
    );
  };
  return walked(schema) as Schema;
}

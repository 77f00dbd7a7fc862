import * as z from "zod";
import { isMemosError, MemosError } from "../../../memcube/index.js";
import { parse } from "../../parse.js";
import type { ToolDefinition } from "../engine.js";
import type { Binding } from "./binding.js";

type JsonObject = Readonly<Record<string, unknown>>;
type Llama = Awaited<ReturnType<Binding["getLlama"]>>;
type Grammar = Awaited<ReturnType<Llama["createGrammarForJsonSchema"]>>;

/** Keywords that shape the answer token by token. */
const SHAPING = new Set([
  ...["type", "properties", "additionalProperties", "required", "items", "prefixItems", "enum", "const"],
  ...["oneOf", "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"],
  ...["format", "$ref", "$defs", "description"],
]);

const FORMATS = new Set<unknown>(["date-time", "time", "date"]);

/** What an answer must be, as a grammar for its tokens and as a check of the whole. */
export interface AnswerForm {
  readonly grammar: Grammar;
  /** The answer as JSON, or why it is not one. */
  check(text: string): { readonly value: unknown } | { readonly fault: string };
}

/**
 * The form that a JSON schema describes. Types, properties, lengths and choices hold at every token; what remains
 * (patterns, ranges) is checked at the end.
 *
 * @throws MemosError INVALID_INPUT for a schema that is none, or that says too little to be followed.
 */
export async function answerForm(llama: Llama, schema: JsonObject): Promise<AnswerForm> {
  let whole: z.ZodType;
  try {
    whole = z.fromJSONSchema(schema);
  } catch (cause) {
    throw new MemosError("INVALID_INPUT", "`schema`: is not a JSON schema that can be followed.", {
      path: "schema",
      cause,
    });
  }
  const shape = shapeOf(schema, "schema");
  // The package's types describe literal schemas; this one came as a value and was checked by `shapeOf`.
  const grammar = await llama.createGrammarForJsonSchema(shape as { readonly type: "object" });
  return {
    grammar: grammar as unknown as Grammar,
    check(text) {
      try {
        return { value: parse(whole, JSON.parse(text)) };
      } catch (error) {
        return { fault: isMemosError(error) ? error.message : "It is not complete JSON." };
      }
    },
  };
}

/** The schema in the keywords that the grammar knows; what it would silently take for `null` is refused. */
function shapeOf(schema: JsonObject, path: string): JsonObject {
  const refuse = (why: string) => new MemosError("INVALID_INPUT", `\`${path}\`: ${why}.`, { path });
  const { anyOf, allOf, ...rest } = schema;
  if (Array.isArray(anyOf)) return shapeOf({ ...rest, oneOf: anyOf }, path);
  if (Array.isArray(allOf) && allOf.length === 1) return shapeOf({ ...rest, ...asObject(allOf[0]) }, path);
  if (allOf !== undefined) throw refuse("`allOf` of several schemas cannot be followed");
  if (!["type", "enum", "const", "oneOf", "$ref"].some((key) => key in rest))
    throw refuse("must say a type, an enum, a const, a reference or alternatives");
  const each = (value: unknown, at: string): JsonObject => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw refuse(`${at} is no schema`);
    return shapeOf(value as JsonObject, `${path}.${at}`);
  };
  const entries = Object.entries(rest).flatMap(([key, value]): [string, unknown][] => {
    if (!SHAPING.has(key) || (key === "format" && !FORMATS.has(value))) return [];
    if (key === "properties" || key === "$defs")
      return [
        [
          key,
          Object.fromEntries(Object.entries(asObject(value)).map(([name, of]) => [name, each(of, name)])),
        ],
      ];
    if (key === "items") return [[key, each(value, key)]];
    if (key === "oneOf" || key === "prefixItems")
      return [[key, Array.isArray(value) ? value.map((of, at) => each(of, `${key}.${at}`)) : []]];
    if (key === "additionalProperties" && typeof value === "object") return [[key, each(value, key)]];
    return [[key, value]];
  });
  return Object.fromEntries(entries);
}

function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The schema of an answer that either says something or calls one of the tools. */
export function choiceSchema(tools: readonly ToolDefinition[]): JsonObject {
  const call = ({ name, parameters }: ToolDefinition) => ({
    type: "object",
    properties: { tool: { const: name }, arguments: parameters },
    required: ["tool", "arguments"],
    additionalProperties: false,
  });
  return {
    oneOf: [
      {
        type: "object",
        properties: { answer: { type: "string" } },
        required: ["answer"],
        additionalProperties: false,
      },
      ...tools.map(call),
    ],
  };
}

/** What the model is told about the tools. */
export function toolsText(tools: readonly ToolDefinition[]): string {
  const list = tools.map(({ name, description, parameters }) =>
    JSON.stringify({ name, description, parameters }),
  );
  return [
    "You can call these tools:",
    ...list,
    'To call one, write {"tool": NAME, "arguments": ARGUMENTS}; to answer, write {"answer": TEXT}.',
  ].join("\n");
}

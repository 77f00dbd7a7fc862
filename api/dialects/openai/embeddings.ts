import * as z from "zod";
import { LIMITS } from "../../../memcube/index.js";
import { MODEL_LIMITS, parse } from "../../../memos/index.js";
import type { Call } from "./call.js";
import { notHere } from "./fail.js";
import { noteUnknown } from "./unknownFields.js";

const text = z.string().min(1).max(MODEL_LIMITS.textCharacters);

const fields = z.looseObject({
  input: z.union([
    text,
    z.array(text).min(1).max(MODEL_LIMITS.texts),
    z.array(z.int()).min(1),
    z.array(z.array(z.int())).min(1),
  ]),
  model: z.string().min(1).max(LIMITS.nameCharacters),
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().nullish(),
  user: z.string().nullish(),
});

const KNOWN = new Set(Object.keys(fields.shape));

/** `POST /v1/embeddings`: vectors of the embedder that the index is made with. */
export async function embed(call: Call): Promise<unknown> {
  const { memos, notes, signal } = call;
  const input = parse(fields, call.body);
  const texts = [input.input].flat(2);
  if (!texts.every((one) => typeof one === "string"))
    throw notHere("input", "Tokens of other models say nothing here: send texts.");
  noteUnknown(input, KNOWN, notes);
  const scope = call.scope({ user: input.user });
  const { embedding } = await memos.models.list(scope);
  const { dimensions } = input;
  if (dimensions != null && embedding !== undefined && dimensions !== embedding.dimension)
    throw notHere("dimensions", `Vectors have ${embedding.dimension} dimensions here.`);
  const { model, vectors, tokens } = await memos.models.embed(texts, scope, { signal });
  if (input.model !== model)
    notes.add("model", `There is one embedder here: \`${model}\` made these vectors.`);
  const isText = input.encoding_format === "base64";
  return {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: isText ? base64(vector) : [...vector],
    })),
    model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Numbers of 32 bits, the lowest byte first. */
function base64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * 4);
  return bytes.toString("base64");
}

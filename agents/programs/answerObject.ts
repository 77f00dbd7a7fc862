import type * as z from "zod";
import { isMemosError } from "../../memcube/index.js";
import { parse } from "../../memos/parse.js";
import { PROGRAM_LIMITS as LIMITS } from "./limits.js";

/** What can be taken of an answer, or a sentence for the model that says why nothing can. */
export type Taken<T> = { readonly value: T } | { readonly problem: string };

/** The JSON object of an answer that should be nothing else; thoughts, prose and fences around it are left out. */
export function answerObject<S extends z.ZodType>(schema: S, text: string): Taken<z.output<S>> {
  if (text.length > LIMITS.answerCharacters)
    return { problem: `The answer has more than ${LIMITS.answerCharacters} characters.` };
  const answer = text.replace(/^\s*<think>[\s\S]*?<\/think>/, "");
  const start = answer.indexOf("{");
  const end = answer.lastIndexOf("}");
  if (start < 0 || end < start)
    return { problem: "The answer holds no JSON object, or was cut off: write less at once." };
  let json: unknown;
  try {
    json = JSON.parse(answer.slice(start, end + 1));
  } catch {
    return { problem: "The answer is not JSON, or was cut off: write less at once." };
  }
  try {
    return { value: parse(schema, json) };
  } catch (error) {
    if (!isMemosError(error)) throw error;
    return { problem: error.message };
  }
}

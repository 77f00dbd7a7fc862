import type * as z from "zod";
import type { Call } from "../dialectRoute.js";
import type { feedbackInput } from "./fields.js";
import { known } from "./memory.js";
import { notHere } from "./notHere.js";

const VERDICTS = { POSITIVE: "useful", NEGATIVE: "wrong", VERY_NEGATIVE: "wrong" } as const;

/**
 * Says whether a memory was useful, which weighs in its rank.
 *
 * @throws MemosError NOT_FOUND; UNSUPPORTED to take feedback back, as each counts as a use.
 */
export async function feedback({ memos, home, input, notes }: Call<z.output<typeof feedbackInput>>) {
  const { memory_id: memoryId, feedback: given, feedback_reason: reason = null } = input;
  if (given === undefined || given === null)
    throw notHere("Feedback cannot be taken back; nothing was changed.");
  notes.ignored(input, ["feedback_reason"]);
  if (given === "VERY_NEGATIVE") notes.add("feedback", "VERY_NEGATIVE counts as NEGATIVE.");
  await memos.lifecycle.feedback(known(memoryId), VERDICTS[given], home);
  return { id: memoryId, feedback: given, feedback_reason: reason };
}

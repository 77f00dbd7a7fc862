import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";

/** Characters of one line of events; a longer one is no event. */
export const EVENT_CHARACTERS = 64 * 1024;

const SHOWN_CHARACTERS = 80;

/** What a trainer tells while it works, one JSON object a line. */
export const trainerEventSchema = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("start"),
    steps: z.int().positive(),
    resumedAt: z.int().nonnegative(),
    release: z.string(),
  }),
  z.object({
    event: z.literal("progress"),
    step: z.int().nonnegative(),
    steps: z.int().positive(),
    loss: z.number(),
    heldOutLoss: z.number().optional(),
    seconds: z.number().nonnegative(),
  }),
  z.object({ event: z.literal("heartbeat"), bytes: z.number().nonnegative().optional() }),
  z.object({ event: z.literal("checkpoint"), step: z.int().nonnegative() }),
  z.object({ event: z.literal("done"), steps: z.int().nonnegative() }),
  z.object({ event: z.literal("error"), code: z.string(), message: z.string() }),
]);

export type TrainerEvent = z.infer<typeof trainerEventSchema>;

/**
 * The events in the output of a trainer, wherever it is cut into pieces. What follows its last line end is left out.
 *
 * @throws MemosError TRAINING_FAILED for a line that is no event or too long; whatever the stream throws.
 */
export async function* trainerEvents(
  output: AsyncIterable<Uint8Array>,
): AsyncGenerator<TrainerEvent, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of output) {
    rest += decoder.decode(bytes, { stream: true });
    let from = 0;
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n", from)) {
      yield eventOf(rest.slice(from, end));
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > EVENT_CHARACTERS) throw garbage(rest);
  }
}

function eventOf(line: string): TrainerEvent {
  if (line.length > EVENT_CHARACTERS) throw garbage(line);
  try {
    return trainerEventSchema.parse(JSON.parse(line));
  } catch {
    throw garbage(line);
  }
}

function garbage(line: string): MemosError {
  const shown = line.slice(0, SHOWN_CHARACTERS).toWellFormed();
  return new MemosError("TRAINING_FAILED", `The trainer said something that is no event: ${shown}`);
}

/** What went wrong, where the trainer says it itself. */
export function failureOf({ code, message }: { code: string; message: string }): MemosError {
  return new MemosError(code === "unavailable" ? "TRAINER_UNAVAILABLE" : "TRAINING_FAILED", message);
}

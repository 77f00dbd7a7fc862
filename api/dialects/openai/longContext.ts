import { dialogueIn, LONG_CONTEXT_LIMITS, soughtIn, takeIn } from "../../../agents/longContext/index.js";
import type { Scope } from "../../../memcube/index.js";
import { scopeFor } from "../../auth.js";
import type { Call } from "./call.js";
import { notHere } from "./fail.js";
import type { Conversation } from "./messages.js";
import { headerOf } from "./scope.js";

const HEADER = "x-memory-long-context";

/** A question about a text that came with it. */
export interface AboutText {
  readonly scope: Scope;
  readonly question: string;
  readonly sought: string;
  readonly budget: number;
}

/**
 * The question of a message that brings a long text along, which is in memory then. A message is one when it is the
 * only one of the user and has the form of MemoryAgentBench's chunks at least twice; the header says `off` for no
 * message ever, and `on` for one that must be one.
 *
 * @throws MemosError INVALID_INPUT for one that is said to be one and is not.
 */
export async function aboutText(
  call: Call,
  { question, earlier, since }: Conversation,
): Promise<AboutText | undefined> {
  const wanted = headerOf(call.request, HEADER)?.toLowerCase();
  if (wanted !== undefined && wanted !== "on" && wanted !== "off")
    throw notHere(HEADER, `\`${HEADER}\` is \`on\` or \`off\`.`);
  if (wanted === "off") return undefined;
  const dialogue = earlier.length + since.length === 0 ? dialogueIn(question) : undefined;
  const chunks = dialogue?.chunks.length ?? 0;
  if (dialogue === undefined || (wanted === undefined && chunks < LONG_CONTEXT_LIMITS.chunks)) {
    if (wanted === undefined) return undefined;
    throw notHere(
      "messages",
      "The one message of the user holds no chunks (`Dialogue between User and Assistant …`) with a question behind them.",
    );
  }
  const { tenant } = scopeFor(call.caller, {});
  const { scope, hash, passages, known, warnings } = await takeIn(
    call.memos,
    dialogue.chunks,
    tenant,
    call.signal,
  );
  call.notes.add(
    "long_context",
    `The text of ${chunks} chunks is ${known ? "in memory already" : `in memory now, in ${passages} passages`}, as \`context-${hash}\`; the question was answered with what was recalled of it.`,
  );
  call.notes.addAll(warnings);
  const asked = dialogue.question;
  return { scope, question: asked, sought: soughtIn(asked), budget: LONG_CONTEXT_LIMITS.budget };
}

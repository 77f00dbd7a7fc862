import { randomUUID } from "node:crypto";
import { type ErrorCode, isMemosError, MemosError, type Scope } from "../../memcube/index.js";
import { throwIfAborted } from "../aborted.js";
import { CHAT_LIMITS } from "./limits.js";
import type { ChatCall } from "./operations.js";
import type { ChatTool } from "./parts.js";

/** A call as a model makes it: names and arguments may be anything. */
export interface WantedCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** An id that no other call of the turn has: a model may give one twice, or none. */
export function distinct(given: string, ids: Set<string>): string {
  const id = given === "" || ids.has(given) ? randomUUID() : given;
  ids.add(id);
  return id;
}

/** What a prompt says of a call: its arguments are JSON, and its name is one. */
export function writtenCall(call: WantedCall, ids: Set<string>): WantedCall {
  const id = distinct(call.id, ids);
  const read = argumentsOf(call.arguments);
  const name = call.name.slice(0, CHAT_LIMITS.nameCharacters).replace(/[^\w-]/gu, "_");
  return {
    id,
    name: name === "" ? "_" : name,
    arguments: "error" in read ? "{}" : JSON.stringify(read.input),
  };
}

/**
 * Runs a call. What goes wrong is its result, with a remedy; a result is what the model reads and makes nothing
 * happen. `fits` tells whether there is room for it in the prompt.
 *
 * @throws MemosError ABORTED.
 */
export async function runCall(
  call: WantedCall,
  tools: readonly ChatTool[],
  context: { readonly scope: Scope; readonly signal: AbortSignal | undefined; readonly round: number },
  fits: (text: string) => boolean,
): Promise<{ text: string; report: ChatCall }> {
  const started = performance.now();
  const { scope, signal, round } = context;
  const result = await resultOf(call, tools, { scope, signal });
  throwIfAborted(signal);
  const told = textOf(result);
  const [text, error] = fits(told.text)
    ? [told.text, told.error]
    : failed("TOO_LARGE", "The result does not fit into the conversation: ask for less.");
  return {
    text,
    report: {
      round,
      name: call.name.slice(0, CHAT_LIMITS.nameCharacters).toWellFormed(),
      arguments: call.arguments.slice(0, CHAT_LIMITS.argumentBytes).toWellFormed(),
      ...(error === undefined ? {} : { error }),
      milliseconds: performance.now() - started,
    },
  };
}

async function resultOf(
  call: WantedCall,
  tools: readonly ChatTool[],
  context: { readonly scope: Scope; readonly signal: AbortSignal | undefined },
): Promise<Readonly<Record<string, unknown>>> {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) {
    const known = tools.map(({ name }) => name).join(", ");
    return errorOf(new MemosError("NOT_FOUND", `There is no such tool; there are ${known}.`));
  }
  const read = argumentsOf(call.arguments);
  if ("error" in read) return errorOf(read.error);
  try {
    return await tool.execute(read.input, context);
  } catch (error) {
    // An error that is not ours may say anything: a model is not told.
    return errorOf(isMemosError(error) ? error : new MemosError("INTERNAL", "The tool could not do this."));
  }
}

function argumentsOf(text: string): { input: unknown } | { error: MemosError } {
  if (Buffer.byteLength(text) > CHAT_LIMITS.argumentBytes)
    return {
      error: new MemosError("TOO_LARGE", `Arguments have at most ${CHAT_LIMITS.argumentBytes} bytes.`),
    };
  try {
    // Of a tool without arguments some models say nothing at all.
    return { input: text.trim() === "" ? {} : JSON.parse(text) };
  } catch {
    return { error: new MemosError("INVALID_INPUT", "The arguments are not JSON.") };
  }
}

function errorOf(error: MemosError): Readonly<Record<string, unknown>> {
  return { error: error.toJSON() };
}

function failed(code: ErrorCode, message: string): [text: string, error: string] {
  return [JSON.stringify(errorOf(new MemosError(code, message))), code];
}

function textOf(result: Readonly<Record<string, unknown>>): { text: string; error: string | undefined } {
  const text = JSON.stringify(result) ?? "{}";
  const { error } = result;
  if (error === undefined) return { text, error: undefined };
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return { text, error: typeof code === "string" ? code : "INTERNAL" };
}

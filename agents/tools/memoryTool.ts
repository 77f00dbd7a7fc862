import type * as z from "zod";
import { isMemosError, MemosError, type Scope } from "../../memcube/index.js";
import { type MemOS, parse } from "../../memos/index.js";

/** Whose memory a tool works on. What it reads is the user's, in every session; what it writes is of this one. */
export interface ToolContext {
  readonly memos: MemOS;
  readonly scope: Scope;
  readonly signal?: AbortSignal | undefined;
}

/** JSON values only. */
export type ToolOutput = Readonly<Record<string, unknown>>;

export interface ToolFailure {
  readonly error: ReturnType<MemosError["toJSON"]>;
}

/** Something that a model can do with memory, for any framework. */
export interface MemoryTool<Name extends string = string, Input extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  /** For the model. */
  readonly description: string;
  /** Strict; as JSON schema by `z.toJSONSchema`. */
  readonly input: Input;
  /** Never throws: what goes wrong is the output, with a remedy. The input may be anything. */
  execute(input: unknown, context: ToolContext): Promise<ToolOutput | ToolFailure>;
}

/** A tool whose input is checked before it runs, and whose failure is an answer to the model. */
export function memoryTool<Name extends string, Input extends z.ZodObject>({
  run,
  ...tool
}: Pick<MemoryTool<Name, Input>, "name" | "description" | "input"> & {
  run(input: z.output<Input>, context: ToolContext): Promise<ToolOutput>;
}): MemoryTool<Name, Input> {
  return {
    ...tool,
    execute: async (input, context) => {
      try {
        return await run(parse(tool.input, input), context);
      } catch (error) {
        return { error: failure(error).toJSON() };
      }
    },
  };
}

/** An error that is not ours may say anything: a model is not told. */
function failure(error: unknown): MemosError {
  return isMemosError(error) ? error : new MemosError("INTERNAL", "The memory could not do this.");
}

import type * as z from "zod";
import type { Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import type { Notes } from "./notes.js";

/** What a route works with: who asks, and the input, validated. */
export interface Call<Input> {
  readonly memos: MemOS;
  readonly tenant: string;
  /** Where memories are looked for that are named by id alone: all that the key is for. */
  readonly home: Scope;
  readonly params: Readonly<Record<string, string>>;
  readonly input: Input;
  /** What the answer has no field for. */
  readonly notes: Notes;
  readonly signal: AbortSignal;
}

export interface DialectRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Without the slash at its end: it is answered with and without. */
  readonly path: string;
  /** `json` takes a body, and query parameters beside it; `unread` does not look at what is sent. */
  readonly accepts: "query" | "json" | "unread";
  readonly status: number;
  readonly input: z.ZodObject;
  readonly handle: (call: Call<unknown>) => Promise<unknown>;
}

/** A row of the table, its handler typed by its input. */
export function dialectRoute<Input extends z.ZodObject>(
  spec: Omit<DialectRoute, "input" | "handle" | "status"> & {
    readonly status?: number;
    readonly input: Input;
    readonly handle: (call: Call<z.output<Input>>) => Promise<unknown>;
  },
): DialectRoute {
  const { handle } = spec;
  return { status: 200, ...spec, handle: (call) => handle(call as Call<z.output<Input>>) };
}

import type { MessagePort } from "node:worker_threads";

/** What a thread of the ledger asks of its connection. */
export type Request =
  | { readonly seq: number; readonly open: Opening }
  | {
      readonly seq: number;
      readonly text: string;
      readonly name?: string;
      readonly values?: readonly unknown[];
      readonly arrays?: boolean;
    };

export interface Opening {
  readonly url: string;
  /** Statements that make a new connection ready. */
  readonly session: string;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface Failure {
  /** SQLSTATE, or `LOST` when the connection broke, or `UNSENT`. */
  readonly code: string;
  readonly message: string;
}

export type Answer =
  | { readonly seq: number; readonly rows: readonly unknown[]; readonly count: number }
  | { readonly seq: number; readonly failure: Failure };

/** The number in the memory that both threads see: how many answers there were. */
export const SIGNAL = { answers: 0 } as const;

/** How a thread is introduced: requests come by the port, and the signal is raised behind each answer. */
export interface Introduction {
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

export const LOST = "LOST";

/** The code of a failure where there was no connection to send anything over: nothing has happened. */
export const UNSENT = "UNSENT";

/** What a commit was about: work, or something that happened. */
export type Notice = "jobs" | "events";

/** Asks for the notices of a ledger. */
export interface Listening {
  readonly url: string;
  readonly channel: string;
}

/** Asks the thread to end all that it was asked for, and is its answer when it has. */
export const ENDED = "ended";

/** What the thread of the connections is asked for. */
export type WireRequest = Introduction | Listening | typeof ENDED;

/** Characters of a statement that a failure shows; values of the input are not in it. */
const SHOWN = 2_000;

/** Only what Postgres itself says has a SQLSTATE; everything else is the connection's. */
export function failureOf(error: unknown, during: string): Failure {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
  const reason = typeof message === "string" && message !== "" ? message : String(code ?? error);
  return { code: known ? (code as string) : LOST, message: `${reason} (${during.slice(0, SHOWN)})` };
}

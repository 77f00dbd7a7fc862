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
  /** SQLSTATE, or `LOST` when there is no connection (any more). */
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

/** What a commit was about: work, or something that happened. */
export type Notice = "jobs" | "events";

/** Asks for the notices of a ledger. */
export interface Listening {
  readonly url: string;
  readonly channel: string;
}

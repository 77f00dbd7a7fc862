import { type ErrorCode, MemosError } from "../../../memcube/index.js";
import type { ConnectionOptions } from "./connection.js";
import type { Introduction } from "./postgres/protocol.js";
import type { SyncLedger } from "./sqlLedger.js";

export interface Call {
  readonly id: number;
  /** `position` is of the database itself, where its log is. */
  readonly method: keyof SyncLedger | "position";
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: WireError };

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
  readonly stack?: string;
}

/** What a thread is told first: what to open and, for Postgres, over which connection. */
export interface Beginning {
  readonly options: ConnectionOptions;
  readonly introduction?: Introduction;
}

/** Sent once at the start: the ledger is open, or why not. */
export type Greeting = { readonly open: true } | { readonly open: false; readonly error: WireError };

export function fromWire(error: WireError): MemosError {
  return new MemosError(error.code, error.message, {
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.stack === undefined ? {} : { cause: error.stack }),
  });
}

import { MemosError } from "../../../../memcube/index.js";
import { MOVED_STATE, movedMeanwhile } from "../moved.js";
import type { Failure } from "./protocol.js";

/** Classes and codes of SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const KNOWN: readonly (readonly [prefix: string, make: (cause: Error) => MemosError])[] = [
  [
    "MS001",
    (cause) =>
      new MemosError("STORE_NEWER", "The ledger was taken to a newer schema by another program.", { cause }),
  ],
  [MOVED_STATE, movedMeanwhile],
  ["53100", (cause) => new MemosError("DISK_FULL", "The disk of the Postgres server is full.", { cause })],
  ["53", (cause) => unavailable("The server has no room for more connections or memory.", cause)],
  [
    "55P03",
    (cause) => new MemosError("STORE_BUSY", "Another process held the ledger for too long.", { cause }),
  ],
  ["57014", (cause) => new MemosError("STORE_BUSY", "The ledger did not answer in time.", { cause })],
  [
    "40",
    (cause) => new MemosError("STORE_BUSY", "The server gave up a statement for another one.", { cause }),
  ],
  [
    "25006",
    (cause) =>
      new MemosError("READ_ONLY", "The Postgres server takes no writes: it is a copy, or set to read only.", {
        cause,
      }),
  ],
  [
    "42501",
    (cause) =>
      new MemosError("READ_ONLY", "The role of the ledger's address may not do this in the database.", {
        cause,
      }),
  ],
  ["28", (cause) => unavailable("The server refused the role or its password.", cause)],
  ["3D000", (cause) => unavailable("The server has no database of this name.", cause)],
  [
    "22021",
    (cause) =>
      new MemosError(
        "INVALID_INPUT",
        "A name in the input has a character that Postgres cannot keep (U+0000).",
        { cause },
      ),
  ],
  [
    "22P05",
    (cause) =>
      new MemosError("INVALID_INPUT", "The input has a character that Postgres cannot keep (U+0000).", {
        cause,
      }),
  ],
];

/** The store's error for what Postgres reports; anything unknown stays what it is. */
export function asMemosError(failure: Failure): Error {
  const cause = new Error(`${failure.code}: ${failure.message}`);
  const known = KNOWN.find(([prefix]) => failure.code.startsWith(prefix));
  if (known !== undefined) return known[1](cause);
  return /^(LOST|UNSENT|08|57P)/.test(failure.code)
    ? unavailable("The Postgres server cannot be reached.", cause)
    : cause;
}

export function unavailable(message: string, cause: unknown, path?: string): MemosError {
  return new MemosError("LEDGER_UNAVAILABLE", message, { cause, ...(path === undefined ? {} : { path }) });
}

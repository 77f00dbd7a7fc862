/**
 * Every way an operation can fail. `code` is what programs branch on, `message` is a plain sentence and
 * `remedy` says what to do about it.
 */
export const ERROR_REMEDIES = {
  INVALID_INPUT: "Correct the named field and send the request again; nothing was written.",
  TOO_LARGE: "Split the input, or send it as a stream of smaller items; nothing was written.",
  NOT_FOUND: "Check the id and the scope: a cube is only visible inside its own scope.",
  VAULT_LOCKED:
    "Configure the key that the value was sealed with (MEMOS_VAULT_KEY_FILE or MEMOS_VAULT_KEY; `memos vault keygen` makes one); everything else works without it.",
  WEBHOOK_FAILED:
    "Check the target; the delivery is repeated, and when it has died, `memos jobs replay` goes on.",
  TOO_MANY_JOBS: "Wait until some jobs are done (`memos jobs list`), or cancel those that are not needed.",
  TOO_MANY_REQUESTS: "Wait as long as `Retry-After` says, and send the request again.",
  CONFLICT: "Read the current version and repeat the change on top of it.",
  INVALID_TRANSITION:
    "Read the state of the cube; docs/lifecycle.md has the table of what is allowed in which state.",
  IDEMPOTENCY_MISMATCH: "Use a new idempotency key for a different request.",
  UNAUTHORIZED: "Send a valid API key as `Authorization: Bearer KEY`.",
  FORBIDDEN: "Use an API key that belongs to this tenant, or ask its administrator for a grant.",
  QUOTA_EXCEEDED: "Forget what is not needed, or ask for a larger quota; nothing was written.",
  READ_ONLY: "Open the store without `readOnly`, or make its folder writable.",
  STORE_NEWER: "Update this program, or open a store that it wrote.",
  STORE_INVALID: "Name the folder of a MemOS store, or an empty folder to start a new one.",
  BACKUP_INVALID:
    "Take another backup: this one is damaged, was cut short, or is not a backup; nothing was changed.",
  STORE_BUSY: "Another process holds the ledger for long; repeat the operation.",
  LEDGER_UNAVAILABLE:
    "Check that the Postgres server runs and that the ledger's address, role and password are right; nothing acknowledged is lost, and what was not can be sent again with its idempotency key.",
  DISK_FULL:
    "Free space on the disk or in the bucket, or raise `maxLedgerBytes`; everything acknowledged before is intact.",
  OBJECTS_UNAVAILABLE:
    "Check that the object store answers at its endpoint (`memos doctor` asks it); what was acknowledged is in the ledger, and what could not be written there is tried again.",
  OBJECTS_REFUSED:
    "Check the bucket, the region, the credentials and the clock of this machine (docs/objects.md); what was acknowledged is in the ledger.",
  INDEX_CORRUPT: "Run `memos rebuild --index`: the index is recreated from the ledger, nothing is lost.",
  EMBEDDER_FAILED:
    "Check the embedding server, or install the package again if its model file is at fault; memories stay stored and are found by their text meanwhile.",
  EMBEDDING_INVALID: "Configure an embedder whose vectors have the stated dimension and finite numbers.",
  MODEL_FAILED: "Check the model server; memories stay stored word for word and can be derived from later.",
  MODEL_INVALID:
    "Name a GGUF file of a supported model that fits into memory; `memos models list` shows some.",
  ENGINE_UNAVAILABLE:
    "Run `memos doctor`: it says what the local engine needs on this machine; everything else works without it.",
  TRAINER_UNAVAILABLE:
    "Run `memos doctor`: it says what training adapters needs here; everything else works without it.",
  TRAINING_FAILED:
    "Read the reason and start the training again: it goes on where it stopped; nothing was attached.",
  ADAPTER_INVALID: "Train the adapter again for this model: this file does not fit it or is damaged.",
  UNSUPPORTED: "Use a backend that can do this; `capabilities` says what each can.",
  STATE_INVALID: "Nothing is lost: the state is compiled again from its memories.",
  CUBE_FILE_INVALID: "Export the cube again: this file is damaged or is not a .memcube file.",
  DOCUMENT_INVALID:
    "Open the document in the program that it belongs to, save it again whole, under the right name and without a password, or give its text; nothing was written.",
  ABORTED: "The caller cancelled the operation; check with its idempotency key whether it was committed.",
  CLOSED: "Open the store again.",
  INTERNAL: "This is a defect; report it with the request id.",
} as const;

export type ErrorCode = keyof typeof ERROR_REMEDIES;

export class MemosError extends Error {
  override readonly name = "MemosError";
  readonly code: ErrorCode;
  readonly remedy: string;
  /** Where in the input the fault is (`messages.3.content`), when it is in the input. */
  readonly path: string | undefined;

  constructor(code: ErrorCode, message: string, details: { path?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.remedy = ERROR_REMEDIES[code];
    this.path = details.path;
  }

  toJSON(): { code: ErrorCode; message: string; remedy: string; path?: string } {
    return {
      code: this.code,
      message: this.message,
      remedy: this.remedy,
      ...(this.path === undefined ? {} : { path: this.path }),
    };
  }
}

export function isMemosError(value: unknown, code?: ErrorCode): value is MemosError {
  return value instanceof MemosError && (code === undefined || value.code === code);
}

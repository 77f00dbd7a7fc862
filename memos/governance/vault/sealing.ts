import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { MemosError } from "../../../memcube/index.js";
import type { SealedValue } from "../../store/vaultLedger.js";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = "aes-256-gcm";

/** A master key: it wraps the keys of values and is never stored. */
export class VaultKey {
  readonly #key: Buffer;
  /** By which it is told from others; says nothing about the key. */
  readonly id: string;

  private constructor(key: Buffer) {
    this.#key = key;
    this.id = createHmac("sha256", key).update("memos vault key id").digest("hex").slice(0, 16);
  }

  static generate(): string {
    return randomBytes(KEY_BYTES).toString("base64");
  }

  /** @throws MemosError INVALID_INPUT for anything but 32 bytes in base64 or hexadecimal. */
  static parse(text: string): VaultKey {
    const trimmed = text.trim();
    const key = /^[0-9a-f]{64}$/i.test(trimmed)
      ? Buffer.from(trimmed, "hex")
      : Buffer.from(trimmed, "base64");
    const isKey = key.length === KEY_BYTES && /^([0-9a-f]{64}|[A-Za-z0-9+/]{43}=?)$/i.test(trimmed);
    if (!isKey)
      throw new MemosError("INVALID_INPUT", "A vault key is 32 bytes in base64 or hexadecimal.", {
        path: "vault",
      });
    return new VaultKey(key);
  }

  /** @throws MemosError INVALID_INPUT, also for a file that others can read. */
  static async read(file: string): Promise<VaultKey> {
    const status = await stat(file).catch(() => undefined);
    if (status === undefined)
      throw new MemosError("INVALID_INPUT", "The file of the vault key cannot be read.", { path: "vault" });
    if (process.platform !== "win32" && (status.mode & 0o077) !== 0)
      throw new MemosError(
        "INVALID_INPUT",
        "The file of the vault key can be read by others: make it 0600.",
        {
          path: "vault",
        },
      );
    return VaultKey.parse(await readFile(file, "utf8"));
  }

  /** A fingerprint of a value that nobody without the key can guess at. */
  fingerprint(value: string): string {
    return createHmac("sha256", this.#key).update("memos vault value").update(value).digest("hex");
  }

  wrap(bytes: Uint8Array, bound: string): Buffer {
    return encrypt(this.#key, bytes, bound);
  }

  unwrap(bytes: Uint8Array, bound: string): Buffer {
    return decrypt(this.#key, bytes, bound);
  }
}

/**
 * A value, encrypted under a key of its own, which is wrapped by the master key (envelope encryption, AES-256-GCM).
 * Both are bound to tenant, cube and id: a row that is put in another's place does not open.
 */
export function seal(
  key: VaultKey,
  value: string,
  { id, tenant, cube }: Pick<SealedValue, "id" | "tenant" | "cube">,
): SealedValue {
  const own = randomBytes(KEY_BYTES);
  const bound = boundTo(tenant, cube, id);
  const plain = Buffer.from(value);
  try {
    return {
      id,
      tenant,
      cube,
      key: key.id,
      wrapped: key.wrap(own, bound),
      sealed: encrypt(own, plain, bound),
    };
  } finally {
    own.fill(0);
    plain.fill(0);
  }
}

/** @throws MemosError VAULT_LOCKED for another key, STORE_INVALID when a byte was changed. */
export function open(key: VaultKey, row: SealedValue): string {
  assertKey(key, row);
  const bound = boundTo(row.tenant, row.cube, row.id);
  const own = key.unwrap(row.wrapped, bound);
  try {
    const plain = decrypt(own, row.sealed, bound);
    const value = plain.toString();
    plain.fill(0);
    return value;
  } finally {
    own.fill(0);
  }
}

/** The same value under another master key; the value itself is not touched. */
export function rewrap(from: VaultKey, to: VaultKey, row: SealedValue): SealedValue {
  assertKey(from, row);
  const bound = boundTo(row.tenant, row.cube, row.id);
  const own = from.unwrap(row.wrapped, bound);
  try {
    return { ...row, key: to.id, wrapped: to.wrap(own, bound) };
  } finally {
    own.fill(0);
  }
}

function assertKey(key: VaultKey, row: SealedValue): void {
  if (key.id !== row.key)
    throw new MemosError(
      "VAULT_LOCKED",
      `The value was sealed with key ${row.key}, and the one at hand is ${key.id}.`,
    );
}

function boundTo(tenant: string, cube: string, id: string): string {
  return JSON.stringify([tenant, cube, id]);
}

function encrypt(key: Uint8Array, bytes: Uint8Array, bound: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(bound));
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, bytes: Uint8Array, bound: string): Buffer {
  try {
    const end = bytes.length - TAG_BYTES;
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(bound))
      .setAuthTag(bytes.subarray(end));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, end)), decipher.final()]);
  } catch {
    // What the cipher says would tell an attacker more than a user.
    throw new MemosError("STORE_INVALID", "A sealed value was changed by something else.");
  }
}

import * as z from "zod";
import {
  cubeIdSchema,
  isMemosError,
  LIMITS,
  MemosError,
  type Scope,
  scopeSchema,
} from "../../../memcube/index.js";
import { remarkText } from "../../../memcube/text.js";
import { parse } from "../../parse.js";
import type { Ledger } from "../../store/ledger.js";
import type { Access } from "../access.js";
import { open, rewrap, VaultKey } from "./sealing.js";

/** Values whose keys are wrapped anew in one transaction. */
const ROTATED_AT_ONCE = 200;

export const vaultOptionsSchema = z
  .strictObject({
    /** 32 bytes in base64 or hexadecimal. */
    key: z.string().optional(),
    /** A file with such a key, which only its owner can read. */
    keyFile: z.string().optional(),
  })
  .refine(({ key, keyFile }) => key === undefined || keyFile === undefined, "names a key and a file of one");

export const revealOptionsSchema = z.strictObject({
  /** Why; kept in the audit. */
  reason: remarkText(LIMITS.causeCharacters).refine((reason) => reason.trim() !== "", "says nothing"),
});

export const revealedSchema = z
  .strictObject({ id: cubeIdSchema, caption: z.string(), value: z.string() })
  .meta({ id: "Revealed" });

export const vaultStatusSchema = z
  .strictObject({
    /** Id of the key at hand; null without one. */
    key: z.string().nullable(),
    keys: z.array(z.strictObject({ key: z.string(), values: z.int(), readable: z.boolean() })),
  })
  .meta({ id: "VaultStatus" });

export type VaultOptions = z.input<typeof vaultOptionsSchema>;
export type RevealOptions = z.input<typeof revealOptionsSchema>;
export type Revealed = z.infer<typeof revealedSchema>;
export type VaultStatus = z.infer<typeof vaultStatusSchema>;

/** The key of the vault, or why there is none: a store opens without its key, too. */
export class VaultLock {
  readonly #key: VaultKey | undefined;
  readonly #fault: string;

  private constructor(key: VaultKey | undefined, fault = "No vault key is configured.") {
    this.#key = key;
    this.#fault = fault;
  }

  /** Takes what is wrong with a key as the reason why the vault stays shut. */
  static async of(options: VaultOptions | undefined): Promise<VaultLock> {
    const { key, keyFile } = parse(vaultOptionsSchema, options ?? {});
    try {
      if (key !== undefined) return new VaultLock(VaultKey.parse(key));
      return new VaultLock(keyFile === undefined ? undefined : await VaultKey.read(keyFile));
    } catch (error) {
      if (isMemosError(error)) return new VaultLock(undefined, error.message);
      throw error;
    }
  }

  /** Id of the key at hand. */
  get id(): string | undefined {
    return this.#key?.id;
  }

  /** @throws MemosError VAULT_LOCKED when there is no key. */
  get key(): VaultKey {
    if (this.#key === undefined) throw new MemosError("VAULT_LOCKED", this.#fault);
    return this.#key;
  }
}

/**
 * Values that are shown to nobody by the way: the caption of a vault memory is found like any text, its value is
 * encrypted and in no index, prompt, log or export. It comes out by `reveal` alone, which is in the audit first.
 */
export class Vault {
  readonly #ledger: Ledger;
  readonly #lock: VaultLock;
  readonly #access: Pick<Access, "authorize" | "authorizeOwner">;
  readonly #writable: () => void;

  constructor(
    ledger: Ledger,
    lock: VaultLock,
    access: Pick<Access, "authorize" | "authorizeOwner">,
    writable: () => void,
  ) {
    this.#ledger = ledger;
    this.#lock = lock;
    this.#access = access;
    this.#writable = writable;
  }

  /**
   * The value of a memory in the vault. That it was shown, to whom and why is in the audit before it is returned.
   *
   * @throws MemosError NOT_FOUND, also for a memory without a value, VAULT_LOCKED without its key, READ_ONLY where
   * the audit cannot be written.
   */
  async reveal(id: string, scope: Scope, options: RevealOptions): Promise<Revealed> {
    const wanted = parse(cubeIdSchema, id);
    const owner = parse(scopeSchema, scope);
    const { reason } = parse(revealOptionsSchema, options);
    const { labels, authorized } = await this.#access.authorize("vault.reveal", "reveal", owner);
    this.#writable();
    const { payload } = await this.#ledger.get(wanted, owner, undefined, labels);
    const sealed = payload.kind === "plaintext" ? payload.sealed : undefined;
    const row = sealed === undefined ? undefined : await this.#ledger.sealedValue(sealed.id, owner.tenant);
    // An imported memory may name any value: only its own is its own.
    if (payload.kind !== "plaintext" || row?.cube !== wanted)
      throw new MemosError("NOT_FOUND", `There is no value for cube ${wanted} in this store.`);
    const value = open(this.#lock.key, row);
    const why = `${reason} (${authorized.reason})`;
    await this.#ledger.record({ ...authorized, reason: why, targets: [wanted], details: null });
    return { id: wanted, caption: payload.text, value };
  }

  /** Under which keys values are, of the whole store, and which of them can be read. For who opened the store. */
  async status(): Promise<VaultStatus> {
    await this.#access.authorizeOwner("vault.status");
    const keys = await this.#ledger.sealedKeys();
    return {
      key: this.#lock.id ?? null,
      keys: keys.map((one) => ({ ...one, readable: one.key === this.#lock.id })),
    };
  }

  /**
   * Wraps the key of every value that is under another master key anew, under the one at hand. Values stay as
   * they are. Should it be cut short, the same call goes on; each value can be read by one of the two keys all along.
   * For who opened the store.
   *
   * @throws MemosError INVALID_INPUT for what is no key, VAULT_LOCKED without a key at hand.
   */
  async rotate(from: string): Promise<{ values: number }> {
    await this.#access.authorizeOwner("vault.rotate");
    this.#writable();
    const before = VaultKey.parse(from);
    const now = this.#lock.key;
    if (before.id === now.id) return { values: 0 };
    for (let values = 0; ; ) {
      const page = await this.#ledger.sealedUnder(before.id, ROTATED_AT_ONCE);
      if (page.length === 0) return { values };
      await this.#ledger.saveWrapped(page.map((row) => rewrap(before, now, row)));
      values += page.length;
    }
  }
}

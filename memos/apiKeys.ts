import { randomBytes, randomUUID } from "node:crypto";
import { LIMITS, sha256 } from "../memcube/index.js";
import { nameText } from "../memcube/text.js";
import { parse } from "./parse.js";
import type { ApiKey, Ledger } from "./store/ledger.js";

const PREFIX = "memos_";
const name = nameText(LIMITS.nameCharacters);

/**
 * Keys for the REST API, one tenant each. Only the SHA-256 is kept: the secret has 256 random bits, so a
 * slow hash would add nothing.
 */
export class ApiKeys {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** The secret is shown here once and is not stored. */
  async create(tenant: string, label: string): Promise<{ id: string; secret: string }> {
    const secret = PREFIX + randomBytes(32).toString("base64url");
    const id = randomUUID();
    await this.#ledger.createKey({
      id,
      hash: sha256(secret),
      tenant: parse(name, tenant),
      name: parse(name, label),
    });
    return { id, secret };
  }

  /** The key that a secret belongs to, unless it was revoked. */
  async verify(secret: string): Promise<ApiKey | undefined> {
    return secret.startsWith(PREFIX) && secret.length < 128
      ? this.#ledger.findKey(sha256(secret))
      : undefined;
  }

  list(): Promise<ApiKey[]> {
    return this.#ledger.listKeys();
  }

  /** @throws MemosError NOT_FOUND. */
  revoke(id: string): Promise<void> {
    return this.#ledger.revokeKey(id);
  }
}

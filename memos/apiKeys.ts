import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { LIMITS, MemosError, newCubeId, sha256 } from "../memcube/index.js";
import { nameText } from "../memcube/text.js";
import type { Access } from "./governance/access.js";
import { changeOf, ownGrant } from "./governance/governance.js";
import { everything } from "./governance/grant.js";
import { isOwner, OWNER, principalNameSchema, samePrincipal, TENANT_ADMIN } from "./governance/principal.js";
import { parse } from "./parse.js";
import type { ApiKey, Ledger } from "./store/ledger.js";

const PREFIX = "memos_";
const name = nameText(LIMITS.nameCharacters);

const keyOptionsSchema = z.strictObject({
  /** On whose behalf requests act; the administrator of the tenant unless said otherwise. */
  principal: principalNameSchema.default({ ...TENANT_ADMIN }),
  /** Requests only read, whatever the principal may do. */
  readOnly: z.boolean().default(false),
});

export type ApiKeyOptions = z.input<typeof keyOptionsSchema>;

/**
 * Keys for the REST API, each for one principal of one tenant. Only the SHA-256 is kept: the secret has 256
 * random bits, so a slow hash would add nothing.
 */
export class ApiKeys {
  readonly #ledger: Ledger;
  readonly #access: Access;

  constructor(ledger: Ledger, access: Access) {
    this.#ledger = ledger;
    this.#access = access;
  }

  /**
   * The secret is shown here once and is not stored. A principal that is not known yet is made, with a grant
   * on its own memory.
   *
   * @throws MemosError QUOTA_EXCEEDED, FORBIDDEN when the principal may do what the caller may not share.
   */
  async create(
    tenant: string,
    label: string,
    options: ApiKeyOptions = {},
  ): Promise<{ id: string; secret: string }> {
    const { principal, readOnly } = parse(keyOptionsSchema, options);
    const owned = parse(name, tenant);
    const title = parse(name, label);
    if (isOwner(principal))
      throw new MemosError("INVALID_INPUT", "No key acts for the one who opens the store.", {
        path: "principal",
      });
    const permit = await this.#access.authorize("createKey", "administer", { tenant: owned });
    const own = samePrincipal(principal, TENANT_ADMIN)
      ? everything(owned, {
          id: newCubeId(),
          principal,
          grantedBy: OWNER,
          createdAt: new Date().toISOString(),
          reason: "API keys that name no principal",
        })
      : ownGrant({ tenant: owned, ...principal }, new Date().toISOString());
    if (this.#access.principal !== undefined) {
      const known = (await this.#ledger.principals(owned)).some((one) =>
        samePrincipal(one.principal, principal),
      );
      const grants = known
        ? (await this.#ledger.grants(owned)).filter(
            (grant) => samePrincipal(grant.principal, principal) && grant.revokedAt === undefined,
          )
        : [own ?? []].flat();
      await this.#access.assertHolds("createKey", grants);
    }
    const secret = PREFIX + randomBytes(32).toString("base64url");
    const id = randomUUID();
    await this.#ledger.createKey(
      { id, hash: sha256(secret), tenant: owned, name: title, principal, readOnly },
      own,
      changeOf(permit, [id], { id, principal, readOnly }),
    );
    return { id, secret };
  }

  /** The key that a secret belongs to, unless it was revoked; for who opened the store. */
  async verify(secret: string): Promise<ApiKey | undefined> {
    await this.#access.authorizeOwner("verifyKey");
    return secret.startsWith(PREFIX) && secret.length < 128
      ? this.#ledger.findKey(sha256(secret))
      : undefined;
  }

  /** The keys of the caller's tenant, without their secrets; of all tenants for who opened the store. */
  async list(): Promise<ApiKey[]> {
    const { principal } = this.#access;
    if (principal === undefined) return this.#ledger.listKeys();
    await this.#access.authorize("listKeys", "administer", { tenant: principal.tenant });
    return this.#ledger.listKeys(principal.tenant);
  }

  /** @throws MemosError NOT_FOUND. */
  async revoke(id: string): Promise<void> {
    const { principal } = this.#access;
    const tenant = principal?.tenant ?? (await this.#ledger.listKeys()).find((key) => key.id === id)?.tenant;
    if (tenant === undefined) throw new MemosError("NOT_FOUND", `There is no valid API key ${id}.`);
    const permit = await this.#access.authorize("revokeKey", "administer", { tenant });
    await this.#ledger.revokeKey(id, tenant, changeOf(permit, [id], { id }));
  }
}

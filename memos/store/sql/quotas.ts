import { MemosError } from "../../../memcube/index.js";
import type { Quota, Usage } from "../../governance/quota.js";
import type { Connection } from "./connection.js";

interface Row {
  readonly cubes: number;
  readonly textBytes: number;
  readonly apiKeys: number;
  readonly maxCubes: number | null;
  readonly maxTextBytes: number | null;
  readonly maxApiKeys: number | null;
}

const NAMES = { cubes: "memories", textBytes: "bytes of text", apiKeys: "API keys" } as const;

/** What each tenant holds and may hold. */
export class Quotas {
  readonly #limited;
  readonly #read;

  constructor({ db }: Connection) {
    this.#limited = db.prepare(
      `SELECT 1 FROM governance WHERE tenant = ? AND coalesce(cubes, text_bytes, api_keys) IS NOT NULL`,
    );
    this.#read = db.prepare(
      `SELECT coalesce(u.cubes, 0) AS cubes, coalesce(u.text_bytes, 0) AS textBytes,
         (SELECT count(*) FROM api_keys k WHERE k.tenant = t.tenant AND k.revoked_at IS NULL) AS apiKeys,
         g.cubes AS maxCubes, g.text_bytes AS maxTextBytes, g.api_keys AS maxApiKeys
       FROM (SELECT ? AS tenant) t LEFT JOIN governance g ON g.tenant = t.tenant LEFT JOIN usage u ON u.tenant = t.tenant`,
    );
  }

  read(tenant: string): { quota: Quota; usage: Usage } {
    const { cubes, textBytes, apiKeys, maxCubes, maxTextBytes, maxApiKeys } = this.#read.get(tenant) as Row;
    return {
      quota: {
        ...(maxCubes === null ? {} : { cubes: maxCubes }),
        ...(maxTextBytes === null ? {} : { textBytes: maxTextBytes }),
        ...(maxApiKeys === null ? {} : { apiKeys: maxApiKeys }),
      },
      usage: { cubes, textBytes, apiKeys },
    };
  }

  /**
   * Called inside a transaction after what makes a tenant larger: when it throws, nothing of it is kept.
   *
   * @throws MemosError QUOTA_EXCEEDED.
   */
  assertWithin(tenant: string, grown: readonly (keyof Usage)[]): void {
    if (this.#limited.get(tenant) === undefined) return;
    const { quota, usage } = this.read(tenant);
    for (const name of grown) {
      const most = quota[name];
      if (most !== undefined && usage[name] > most)
        throw new MemosError(
          "QUOTA_EXCEEDED",
          `Tenant ${tenant} may hold ${most} ${NAMES[name]}; this would make it ${usage[name]}.`,
        );
    }
  }
}

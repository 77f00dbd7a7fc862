import { createHmac, randomBytes } from "node:crypto";
import * as z from "zod";

/** The shortest key that nobody tries out: 128 bits, as hexadecimal digits or longer in any other writing. */
const KEY_CHARACTERS = 32;

export const saltKeySchema = z.string().min(KEY_CHARACTERS).max(1_024);

/**
 * What a server is told in the place of a salt. A tenant's name must not reach the server, and must not be enough to
 * ask for what is cached of that tenant: the salt on the wire is an HMAC-SHA256 of the name under a key that stays
 * here. 43 characters of the alphabet of file names, as vLLM recommends and LMCache takes.
 *
 * @param key the same in all processes that are to share what a server has cached; without one, a key of this process
 * that is gone with it.
 */
export class CacheSalts {
  readonly #key: string | Buffer;

  constructor(key?: string) {
    this.#key = key ?? randomBytes(32);
  }

  /** Requests without a salt have one of their own as well: other programs at the server share nothing with them. */
  of(salt: string): string {
    return createHmac("sha256", this.#key).update(`memos/kv/${salt}`).digest("base64url");
  }
}

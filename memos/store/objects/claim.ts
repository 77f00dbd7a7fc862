import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import type { BucketObjects } from "./bucketObjects.js";

/** Says whose store the objects beside it belong to. */
export const CLAIM = "store.json";

const claimSchema = z.object({ store: z.string() });

/**
 * Makes sure that the objects belong to this store, and that what keeps two writers apart works there: an object that
 * is to be new is not put over one that is there. The first process of a store writes its name down.
 *
 * @throws MemosError STORE_INVALID when they belong to another store, UNSUPPORTED without `If-None-Match`, and what
 * `BucketObjects` throws.
 */
export async function claim(bucket: BucketObjects, store: string | null, readOnly: boolean): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify({ store }));
  let found = await bucket.get(CLAIM);
  if (found === undefined && !readOnly) {
    await bucket.put(CLAIM, bytes, { ifAbsent: true });
    found = await bucket.get(CLAIM);
  }
  if (found === undefined && readOnly) return;
  const owner = ownerOf(found);
  if (owner !== store)
    throw new MemosError(
      "STORE_INVALID",
      `${bucket.place} holds the objects of another store${owner === undefined ? "" : ` (${owner})`}: each store needs a bucket or a prefix of its own.`,
    );
  if (!readOnly && (await bucket.put(CLAIM, bytes, { ifAbsent: true })))
    throw new MemosError(
      "UNSUPPORTED",
      `${bucket.place} overlooks If-None-Match: two writers could undo each other's work there.`,
    );
}

function ownerOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return claimSchema.parse(JSON.parse(new TextDecoder().decode(bytes))).store;
  } catch {
    return undefined;
  }
}

import { join } from "node:path";
import type { RemoteTables } from "../index/base.js";
import type { Ledger } from "../ledger.js";
import { BlobCache } from "./blobCache.js";
import type { BlobPlace } from "./blobPlace.js";
import { BucketBlobs } from "./bucketBlobs.js";
import { BucketObjects } from "./bucketObjects.js";
import { claim } from "./claim.js";
import { FolderBlobs } from "./folderBlobs.js";
import { lanceConnection, type ObjectOptions, objectSettings } from "./settings.js";

/** Where a store has its tables and its blobs: beside the ledger on disk, or in a bucket. */
export interface Places {
  readonly tables: string | RemoteTables;
  readonly blobs: BlobPlace;
  readonly bucket: BucketObjects | undefined;
}

/**
 * @param path the folder of the store; of a store in a bucket it has the local copies of blobs.
 * @throws MemosError INVALID_INPUT, OBJECTS_UNAVAILABLE, OBJECTS_REFUSED, UNSUPPORTED, or STORE_INVALID when the
 * objects belong to another store.
 */
export async function openPlaces(
  path: string,
  options: ObjectOptions | undefined,
  ledger: Ledger,
  readOnly: boolean,
): Promise<Places> {
  if (options === undefined)
    return { tables: join(path, "index"), blobs: new FolderBlobs(join(path, "blobs")), bucket: undefined };
  const settings = objectSettings(options);
  const bucket = new BucketObjects(settings);
  try {
    await claim(bucket, await ledger.storeId(), readOnly);
  } catch (error) {
    await bucket.close();
    throw error;
  }
  return {
    tables: { ...lanceConnection(settings), place: bucket.place },
    blobs: new BucketBlobs(bucket, new BlobCache(join(path, "cache"), settings.cacheBytes)),
    bucket,
  };
}

import { isMemosError } from "../memcube/index.js";

/** What is read; undefined for what is not there, or not to be seen. */
export async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMemosError(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

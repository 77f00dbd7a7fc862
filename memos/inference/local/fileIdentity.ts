import { stat } from "node:fs/promises";
import type { FileIdentity } from "./protocol.js";

/** What a file looks like from outside. @throws the file system's error when there is none. */
export async function identityOf(path: string): Promise<FileIdentity> {
  const { size, mtimeMs, ino } = await stat(path);
  return { bytes: size, modified: mtimeMs, inode: ino };
}

export function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.bytes === other.bytes && one.modified === other.modified && one.inode === other.inode;
}

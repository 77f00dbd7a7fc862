import { randomUUID } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { MemosError } from "../../../memcube/index.js";
import { isClosedPipe } from "../output.js";

async function* asLines(
  cubes: AsyncIterable<object> | Iterable<object>,
  onCube: (written: number) => void,
): AsyncGenerator<string> {
  let written = 0;
  for await (const cube of cubes) {
    yield `${JSON.stringify(cube)}\n`;
    onCube(++written);
  }
}

/** Writes one cube, or another object, per line to standard output, as long as somebody reads it. */
export async function printCubes(
  cubes: AsyncIterable<object> | Iterable<object>,
  onCube: (written: number) => void,
): Promise<void> {
  try {
    await pipeline(asLines(cubes, onCube), process.stdout, { end: false });
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
}

/**
 * Writes one cube, or another object, per line to a file that appears under its name only when it is complete and on the disk:
 * a failed export leaves an earlier one as it was.
 */
export async function writeCubes(
  cubes: AsyncIterable<object> | Iterable<object>,
  path: string,
  onCube: (written: number) => void,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.partial`;
  const file = await open(temporary, "wx").catch((cause) => {
    throw unwritable(path, cause);
  });
  try {
    try {
      await writeFile(file, asLines(cubes, onCube));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error && "syscall" in cause)) return cause;
  const code = "code" in cause && cause.code === "ENOSPC" ? "DISK_FULL" : "INVALID_INPUT";
  return new MemosError(code, `cannot write ${path}: ${cause.message}`, { cause });
}

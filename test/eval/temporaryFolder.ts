import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A folder that is deleted when the test is over. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "memos-test-"));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A file in a folder of its own: text as it is, anything else as JSON. */
export async function temporaryFile(context: TestContext, name: string, content: unknown): Promise<string> {
  const path = join(await temporaryFolder(context), name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

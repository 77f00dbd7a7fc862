import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type ControllerOptions, controller } from "../../../agents/index.js";
import { MemOS, type OpenOptions } from "../../../memos/index.js";

export const ANA = { tenant: "t", user: "ana" } as const;

/** A memory with a controller, which is gone after the test. */
export async function controlled(
  context: TestContext,
  options: ControllerOptions = {},
  more: Partial<OpenOptions> = {},
): Promise<MemOS> {
  const path = more.path ?? (await mkdtemp(join(tmpdir(), "memos-controller-")));
  const memos = await MemOS.open({ path, reader: controller(options), ...more });
  context.after(async () => {
    await memos.close();
    if (more.path === undefined) await rm(path, { recursive: true, force: true });
  });
  return memos;
}

/** The texts of a type, the oldest first. */
export async function textsOf(
  memos: MemOS,
  type: "core" | "semantic" | "procedural" | "resource" | "episodic",
) {
  const { cubes } = await memos.list(ANA, { types: [type], order: "oldest" });
  return cubes.map(({ payload }) => (payload.kind === "plaintext" ? payload.text : ""));
}

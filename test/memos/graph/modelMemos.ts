import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { AddInput, AddOptions, MemOS, OpenOptions, Scope, WriteReceipt } from "../../../memos/index.js";
import { type Behaviour, type ChatBody, startChatServer } from "../extraction/chatServer.js";
import { openMemos } from "../support.js";

export const ANA = { tenant: "acme", user: "ana" };

/** A memory whose model is a server with these behaviours. */
export async function openWithModel(
  t: TestContext,
  behaviours: readonly Behaviour[],
  options: Partial<OpenOptions> = {},
): Promise<{ memos: MemOS; path: string; requests: ChatBody[] }> {
  const { model, requests } = await startChatServer(t, behaviours);
  return { ...(await openMemos(t, { model, ...options })), requests };
}

export interface Added extends WriteReceipt {
  readonly id: string;
}

/** Remembers one thing and waits until the model has read it. */
export async function derive(
  memos: MemOS,
  input: AddInput,
  scope: Scope = ANA,
  options: AddOptions = {},
): Promise<Added> {
  const receipt = await memos.add(input, scope, { wait: "derived", ...options });
  assert.equal(receipt.written.length, 1);
  return { ...receipt, id: receipt.written[0]?.id ?? "" };
}

export function codesOf({ warnings }: Pick<WriteReceipt, "warnings">): string[] {
  return warnings.map(({ code }) => code);
}

/** What each version of a cube is, oldest first. */
export async function chainOf(memos: MemOS, id: string, scope: Scope = ANA) {
  const { versions, intact } = await memos.history(id, scope);
  assert.ok(intact);
  return versions.map(({ operation, actor, cause }) => [operation, actor, cause]);
}

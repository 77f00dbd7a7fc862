import assert from "node:assert/strict";
import type { AddInput, MemOS, OpenOptions, Scope, WriteReceipt } from "../../../memos/index.js";
import { type Behaviour, type ChatBody, startChatServer } from "../extraction/chatServer.js";
import { type Lifetime, openMemos } from "../support.js";

interface WithModel {
  readonly memos: MemOS;
  readonly path: string;
  readonly requests: ChatBody[];
  /** From now on the model behaves so: in turn, the last for all that follow. */
  readonly model: (...behaviours: Behaviour[]) => void;
}

/** A memory whose model is a server with these behaviours. */
export async function openWithModel(
  t: Lifetime,
  behaviours: readonly Behaviour[] = [],
  options: Partial<OpenOptions> = {},
): Promise<WithModel> {
  const script = [...behaviours];
  const { model, requests } = await startChatServer(t, script);
  return {
    ...(await openMemos(t, { model, ...options })),
    requests,
    model: (...next) => {
      script.length = requests.length;
      script.push(...next);
    },
  };
}

let tenants = 0;

/** Of a user in a tenant that no other test has. */
export function newScope() {
  return { tenant: `tenant ${++tenants}`, user: "ana" };
}

export interface Added extends WriteReceipt {
  readonly id: string;
}

/** Remembers one thing and waits until the model has read it. */
export async function derive(memos: MemOS, input: AddInput, scope: Scope): Promise<Added> {
  const receipt = await memos.add(input, scope, { wait: "derived" });
  assert.equal(receipt.written.length, 1);
  return { ...receipt, id: receipt.written[0]?.id ?? "" };
}

export function codesOf({ warnings }: Pick<WriteReceipt, "warnings">): string[] {
  return warnings.map(({ code }) => code);
}

export const ADDED = ["add", "ana", ""];
export const DERIVED = ["update", "openai/test", "derived"];

/** What each version of a cube is, oldest first. */
export async function chainOf(memos: MemOS, id: string, scope: Scope) {
  const { versions, intact } = await memos.history(id, scope);
  assert.ok(intact);
  return versions.map(({ operation, actor, cause }) => [operation, actor, cause]);
}

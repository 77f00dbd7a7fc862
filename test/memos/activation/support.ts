import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { MemOS, OpenOptions, Scope } from "../../../memos/index.js";
import { ListeningEngine } from "../chat/support.js";
import { type Lifetime, openMemos } from "../support.js";

export const ANA = { tenant: "acme", user: "ana" };
export const RULE = { text: "Ana speaks Portuguese.", type: "core" } as const;
export const QUESTION = "Which language?";
/** A chat that leaves nothing behind and gets nothing but compiled memory. */
export const ONLY = { remember: false, budget: 0 } as const;

/** A memory with the text engine that compiles by hand alone. */
export async function openCompiling(t: Lifetime, options: Partial<OpenOptions> = {}) {
  const engine = new ListeningEngine();
  const opened = await openMemos(t, { engine, upkeep: false, activations: { automatic: false }, ...options });
  return { ...opened, engine };
}

/** The files in which states are. */
export async function states(path: string): Promise<string[]> {
  return readdir(join(path, "activation")).catch(() => []);
}

/** The only state that is compiled, as the file that it is in. */
export async function onlyState(path: string): Promise<string> {
  const [name, ...others] = await states(path);
  assert.ok(name !== undefined && others.length === 0);
  return join(path, "activation", name);
}

export async function compiledIn(memos: MemOS, scope: Scope): Promise<number> {
  return (await memos.activations.list(scope)).activations.length;
}

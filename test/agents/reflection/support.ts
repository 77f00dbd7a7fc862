import { type ReflectionOptions, reflection } from "../../../agents/index.js";
import type { MemCube, MemOS, NewMemory, OpenOptions, Scope } from "../../../memos/index.js";
import { allOf, type Lifetime, openMemos, textIn } from "../../memos/support.js";

export const ANA = { tenant: "acme", user: "ana" };

/** A memory that reflects whenever it is asked to. */
export function openReflecting(
  t: Lifetime,
  options: Partial<OpenOptions> = {},
  reflecting: ReflectionOptions = {},
) {
  return openMemos(t, {
    upkeep: false,
    consolidateAfterIdleMs: 0,
    distiller: reflection(reflecting),
    ...options,
  });
}

/** What Ana says on a day. */
export function on(day: string, text: string, more: Partial<NewMemory> = {}): NewMemory {
  return { text, actor: "ana", occurredAt: `${day}T18:00:00.000Z`, ...more } as NewMemory;
}

/** Four Mondays of five at the gym. */
export const GYM = [
  on("2026-01-05", "I went to the gym."),
  on("2026-01-12", "Today I went to the gym with Bo."),
  on("2026-01-26", "Tired. I went to the gym after work."),
  on("2026-02-02", "I just went to the gym!"),
];

export function reflect(memos: MemOS, scope: Scope = ANA) {
  return memos.consolidation.run(scope, { kinds: ["distil", "insight"] });
}

/** What reflection has made and is active, the oldest first. */
export async function statements(memos: MemOS, scope: Scope = ANA): Promise<MemCube[]> {
  return (await allOf(memos, scope)).filter(
    ({ provenance, state }) => provenance.actor === "memos reflection" && state === "active",
  );
}

export async function said(memos: MemOS, scope: Scope = ANA): Promise<string[]> {
  return (await statements(memos, scope)).map(textIn);
}

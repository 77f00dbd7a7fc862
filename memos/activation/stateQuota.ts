import type { Activation, ActivationFile, StateTier } from "../store/activationLedger.js";

const DAY = 86_400_000;

/** How much larger than a compressed state one is that the engine wrote, about. */
const COMPRESSION = 4;

export function bytesOf(files: readonly ActivationFile[], tier: StateTier): number {
  return files.reduce((sum, one) => (one.tier === tier ? sum + one.bytes : sum), 0);
}

/** Those that nothing has begun with for so many days. */
export function coldStates(
  files: readonly ActivationFile[],
  now: number,
  coldDays: number,
): ActivationFile[] {
  return files.filter(({ lastUsedAt }) => lastUsedAt < now - coldDays * DAY);
}

/** Those that must go so that the rest of a tier is within its quota: what is worth least. */
export function excess(files: readonly ActivationFile[], tier: StateTier, quota: number): ActivationFile[] {
  let over = bytesOf(files, tier) - quota;
  if (over <= 0) return [];
  return files
    .filter((one) => one.tier === tier)
    .sort((a, b) => worthOf(a) - worthOf(b) || (a.id < b.id ? -1 : 1))
    .filter(({ bytes }) => {
      if (over <= 0) return false;
      over -= bytes;
      return true;
    });
}

/** Tokens that a byte saves to evaluate, for what was used more often more. */
export function worthOf({ bytes, tokens, uses }: Pick<ActivationFile, "bytes" | "tokens" | "uses">): number {
  return (tokens * (1 + uses)) / Math.max(1, bytes);
}

/**
 * Whether a compressed state that has served again should be a file as the engine writes it.
 *
 * @param fileBytes bytes of such files that there are, and may be.
 */
export function deservesAFile(
  { tier, uses, bytes }: Pick<Activation, "tier" | "uses" | "bytes">,
  fileBytes: { readonly present: number; readonly quota: number },
): boolean {
  return tier === "compressed" && uses > 0 && fileBytes.present + COMPRESSION * bytes <= fileBytes.quota;
}

import type { Scope } from "../../memcube/index.js";

/** A scope without its tenant: `user ana, agent bot`. */
export function scopeText({ tenant, ...parts }: Scope): string {
  const named = Object.entries(parts).map(([part, name]) => `${part} ${name}`);
  return named.length === 0 ? `all of ${tenant}` : named.join(", ");
}

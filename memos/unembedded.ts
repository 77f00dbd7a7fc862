import type { Ledger } from "./store/ledger.js";

/** Cubes that the ledger looks through at once: other work has its turn in between. */
const PAGE = 10_000;

/** Tenants with searchable text that has no vector of an embedder; what was found so far when `signal` stops it. */
export async function unembeddedTenants(
  ledger: Pick<Ledger, "unembedded">,
  embedder: number,
  signal?: AbortSignal,
): Promise<Set<string>> {
  const tenants = new Set<string>();
  for (let after: number | null = 0; after !== null && signal?.aborted !== true; ) {
    const page: Awaited<ReturnType<Ledger["unembedded"]>> = await ledger.unembedded(embedder, after, PAGE);
    for (const tenant of page.tenants) tenants.add(tenant);
    after = page.through;
  }
  return tenants;
}

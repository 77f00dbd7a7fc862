import { hundredths, percentile } from "../eval/metrics/index.js";
import { newCubeId, type Scope, scopeContains } from "../memcube/index.js";
import { decide, indexGrants } from "../memos/governance/decision.js";
import type { Grant } from "../memos/governance/grant.js";
import { MemOS } from "../memos/index.js";
import { middle, timed } from "./latency.js";
import { withTemporaryFolder } from "./temporaryFolder.js";

const GRANTS = [1, 10, 100, 1_000];
const TENANT = "acme";
const HELPER = { kind: "agent", id: "helper" } as const;

/** Reads of one memory, by the owner and by a principal in turns. */
const READS = 300;

interface Decisions {
  readonly p50us: number;
  readonly p99us: number;
}

export interface GovernanceReport {
  /** By number of grants of the principal, each on a space of its own. */
  readonly spread: Record<string, Decisions & { baseline: { scanP50us: number } }>;
  /** The same with all grants on the space that is asked about. */
  readonly stacked: Record<string, Decisions>;
  /** What a decision adds to a read: it asks the ledger whether the grants are still the same. */
  readonly get: { readonly principalP50ms: number; readonly baseline: { readonly ownerP50ms: number } };
  /** Entries of an audit checked in a second. */
  readonly auditPerSecond: number;
}

/** How long a decision takes, beside a scan of all grants; and what it adds to a read. */
export async function runGovernanceBench(
  { n, signal }: { n: number; signal?: AbortSignal },
  report: (line: string) => void = () => {},
): Promise<GovernanceReport> {
  const spread: GovernanceReport["spread"] = {};
  const stacked: GovernanceReport["stacked"] = {};
  for (const count of GRANTS) {
    signal?.throwIfAborted();
    report(`decisions with ${count} grants`);
    const apart = Array.from({ length: count }, (_, at) => grantOn({ tenant: TENANT, user: `u${at}` }));
    const scope = { tenant: TENANT, user: `u${count >> 1}`, agent: "helper", app: "mail", session: "s" };
    const question = { action: "read", scope, now: Date.now() } as const;
    const index = indexGrants(apart);
    const scan = () => apart.filter((grant) => scopeContains(grant.space, scope)).length;
    spread[count] = {
      ...decisionsOf(n, () => decide(index, question).allowed),
      baseline: { scanP50us: decisionsOf(n, () => scan() > 0).p50us },
    };
    const together = indexGrants(apart.map((grant) => ({ ...grant, space: { tenant: TENANT } })));
    stacked[count] = decisionsOf(n, () => decide(together, question).allowed);
  }
  report("reads");
  return withTemporaryFolder(async (path) => {
    const memos = await MemOS.open({ path });
    try {
      const scope = { tenant: TENANT, user: "ana" };
      const { written } = await memos.add("I moved to Lisbon in March.", scope);
      const id = written[0]?.id ?? "";
      await memos.governance.createPrincipal({ tenant: TENANT, ...HELPER });
      await memos.governance.grant({ principal: HELPER, space: scope, actions: ["read"], visibility: "all" });
      const view = memos.as({ tenant: TENANT, ...HELPER });
      const owner: number[] = [];
      const principal: number[] = [];
      for (let at = 0; at < READS; at++) {
        owner.push(await timed(() => memos.get(id, scope)));
        principal.push(await timed(() => view.get(id, scope)));
      }
      for (let at = 0; at < n / 100; at++) await memos.update(id, { tags: [`t${at}`] }, scope);
      const started = performance.now();
      const { entries } = await memos.audit.verify(TENANT, signal === undefined ? {} : { signal });
      const seconds = (performance.now() - started) / 1_000;
      return {
        spread,
        stacked,
        get: { principalP50ms: middle(principal), baseline: { ownerP50ms: middle(owner) } },
        auditPerSecond: Math.round(entries / seconds),
      };
    } finally {
      await memos.close();
    }
  });
}

function grantOn(space: Scope): Grant {
  return {
    id: newCubeId(),
    principal: HELPER,
    space,
    actions: ["read"],
    sensitivity: "internal",
    visibility: "shared",
    reason: "",
    grantedBy: { kind: "service", id: "owner" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

function decisionsOf(n: number, work: () => boolean): Decisions {
  const microseconds: number[] = [];
  for (let at = 0; at < n; at++) {
    const started = performance.now();
    if (!work()) throw new Error("A decision that must be allowed was not.");
    microseconds.push((performance.now() - started) * 1_000);
  }
  return {
    p50us: hundredths(percentile(microseconds, 50)),
    p99us: hundredths(percentile(microseconds, 99)),
  };
}

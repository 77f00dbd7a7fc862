import { LIMITS, type MemCube, type Provenance, sha256, textOf } from "../../../memcube/index.js";
import type { Warning } from "../../operations.js";
import type { Span } from "./echo.js";
import type { Finding, Verdict } from "./firewall.js";
import { ORIGIN_TRUST } from "./trust.js";

/** What a receipt says of a written cube: numbers and kinds, never what was matched. */
export interface Remarks {
  readonly quarantined?: { readonly reasons: string[] };
  /** How many of each kind were found. */
  readonly findings?: Record<string, number>;
}

/** A cube as the verdict wants it to be written. */
export interface Screened {
  readonly cube: MemCube;
  /** For the first version: why it is not active. */
  readonly cause: string;
  readonly remarks: Remarks;
}

/** Applies a verdict to a cube that is new. */
export function screened(cube: MemCube, verdict: Verdict): Screened {
  const { action, sensitivity, reasons, findings } = verdict;
  const quarantined = action === "quarantine";
  return {
    cube: {
      ...cube,
      provenance: provenanceOf(cube, verdict),
      governance: sensitivity === undefined ? cube.governance : { ...cube.governance, sensitivity },
      state: quarantined ? "generated" : cube.state,
    },
    cause: quarantined ? `quarantined: ${reasons.join(", ")}`.slice(0, LIMITS.causeCharacters) : "",
    remarks: {
      ...(quarantined ? { quarantined: { reasons: [...reasons] } } : {}),
      ...(findings.length === 0 ? {} : { findings: counted(findings) }),
    },
  };
}

function provenanceOf(cube: MemCube, { trust, echoes }: Verdict): Provenance {
  const { trust: _, echoes: __, ...provenance } = cube.provenance;
  return {
    ...provenance,
    ...(trust === ORIGIN_TRUST[provenance.origin] ? {} : { trust }),
    ...(echoes.length === 0
      ? {}
      : { echoes: { spans: withinLimit(echoes), sha256: sha256(textOf(cube) ?? "") } }),
  };
}

/** More parts than may be kept count as one, from the first to the last of those that are too many. */
function withinLimit(spans: readonly Span[]): [number, number][] {
  const kept = spans.slice(0, LIMITS.echoes).map(([start, end]): [number, number] => [start, end]);
  const last = kept.at(-1);
  const end = spans.at(-1)?.[1];
  if (last !== undefined && end !== undefined) last[1] = end;
  return kept;
}

function counted(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of findings) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** One warning for all secrets of a call, and one for all that awaits review. */
export function firewallWarnings(verdicts: readonly Verdict[]): Warning[] {
  const secret = verdicts.filter(({ findings }) => findings.some(({ category }) => category === "secrets"));
  const quarantined = verdicts.filter(({ action }) => action === "quarantine");
  const kinds = secret.flatMap(({ findings }) =>
    findings.filter(({ category }) => category === "secrets").map(({ kind }) => kind),
  );
  const reasons = quarantined.flatMap((verdict) => verdict.reasons);
  return [
    ...(secret.length === 0
      ? []
      : [
          {
            code: "SECRET_FOUND",
            message: `${memories(secret.length)} what looks like a secret (${listed(kinds)}). It is stored word for word.`,
          },
        ]),
    ...(quarantined.length === 0
      ? []
      : [
          {
            code: "QUARANTINED",
            message: `${quarantined.length === 1 ? "One memory awaits" : `${quarantined.length} memories await`} review (${listed(reasons)}): stored word for word, and not found until approved.`,
          },
        ]),
  ];
}

function memories(count: number): string {
  return count === 1 ? "One memory holds" : `${count} memories hold`;
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].join(", ");
}

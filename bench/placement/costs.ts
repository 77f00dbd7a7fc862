import { probedShare } from "../../memos/store/index/vectorPartitions.js";

/**
 * Milliseconds, as they were measured on the machine that docs/scale.md names. Each figure is a slope or a constant of
 * a straight line through what was measured; the document says by which command.
 */
export const COSTS = {
  /** KV states: `memos bench kv`, 0.4 billion parameters, two cores (docs/activation.md, Measured). */
  kv: {
    bytesPerToken: 12_300,
    /** Of a token that is evaluated. */
    prefillMsPerToken: 3.4,
    /** A first token after a state, with nothing to evaluate but the question. */
    firstTokenMs: 40,
    restoreMs: 36,
    restoreMsPerMegabyte: 4,
    /** A compressed state is this much smaller (mikv), and takes so long to decode for each megabyte of the original. */
    compressedShare: 0.29,
    decodeMsPerMegabyte: 3.5,
  },
  /** A recall from an open partition: a constant, and for each thousand rows of table and delta it is compared with. */
  search: { baseMs: 10.5, msPerThousandRows: 0.87, deltaMsPerThousandRows: 2 },
  /** Opening a partition: its delta is read from the ledger, its table opened. */
  open: { baseMs: 8, msPerThousandWaiting: 10, msPerMegabyte: 0.05 },
  /** A table that is not on this machine: rounds of requests to object storage, and megabytes in a second. */
  object: { rounds: 4, msPerRound: 100, megabytesPerSecond: 90 },
} as const;

const MEGABYTE = 2 ** 20;

/** Milliseconds of a recall in a tenant with so many rows in its base and its delta, which is open. */
export function recallMs(rows: number, waiting: number): number {
  const { baseMs, msPerThousandRows, deltaMsPerThousandRows } = COSTS.search;
  return baseMs + (msPerThousandRows * probedShare(rows) * rows + deltaMsPerThousandRows * waiting) / 1_000;
}

/** Milliseconds of opening a partition whose table is on this machine, or has to come from object storage. */
export function openMs(bytes: number, waiting: number, from: "disk" | "object"): number {
  const { baseMs, msPerThousandWaiting, msPerMegabyte } = COSTS.open;
  const { rounds, msPerRound, megabytesPerSecond } = COSTS.object;
  const megabytes = bytes / MEGABYTE;
  const here = baseMs + (msPerThousandWaiting * waiting) / 1_000 + msPerMegabyte * megabytes;
  return from === "disk" ? here : here + rounds * msPerRound + (1_000 * megabytes) / megabytesPerSecond;
}

/** Milliseconds to the first token of an answer. */
export function firstTokenMs(
  evaluated: number,
  restored: { readonly tier: "file" | "compressed"; readonly tokens: number } | undefined,
): number {
  const { firstTokenMs: rest, prefillMsPerToken } = COSTS.kv;
  return rest + evaluated * prefillMsPerToken + (restored === undefined ? 0 : restoreMs(restored));
}

function restoreMs({
  tier,
  tokens,
}: {
  readonly tier: "file" | "compressed";
  readonly tokens: number;
}): number {
  const { bytesPerToken, restoreMs: base, restoreMsPerMegabyte, decodeMsPerMegabyte } = COSTS.kv;
  const megabytes = (tokens * bytesPerToken) / MEGABYTE;
  return base + megabytes * (restoreMsPerMegabyte + (tier === "compressed" ? decodeMsPerMegabyte : 0));
}

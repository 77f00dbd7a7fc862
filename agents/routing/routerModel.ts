import { readFile } from "node:fs/promises";
import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { SIGNAL_NAMES, WORD_SLOTS } from "./features.js";

/** From `dist/agents/routing/`, where this runs both in the checkout and in an installed package. */
const BUNDLED = new URL("../../../models/router/router.bin", import.meta.url);

/** Types that a message is routed to; `working` is what a session says of itself. */
export const ROUTED_TYPES = ["core", "episodic", "semantic", "procedural", "resource", "vault"] as const;

export type RoutedType = (typeof ROUTED_TYPES)[number];

const headerSchema = z.strictObject({
  format: z.literal("memos-router/1"),
  types: z.array(z.enum(ROUTED_TYPES)).length(ROUTED_TYPES.length),
  signals: z.array(z.string()),
  dimension: z.int().positive(),
  slots: z.literal(WORD_SLOTS),
  /** What the vector and the slots are multiplied by. */
  vectorScale: z.number().positive(),
  slotScale: z.number().positive(),
  /** From which probability on a message is of a type. */
  thresholds: z.array(z.number().min(0).max(1)).length(ROUTED_TYPES.length),
});

export type RouterHeader = z.output<typeof headerSchema>;

/**
 * A linear model a type. On disk: a line of JSON, then for each type 32-bit floats, little-endian:
 *
 *     bias | one a signal | one a dimension of the vector | one a slot
 */
export interface RouterModel extends RouterHeader {
  readonly rows: readonly Float32Array[];
}

/** Floats of one type. */
export function rowLength({ signals, dimension }: Pick<RouterHeader, "signals" | "dimension">): number {
  return 1 + signals.length + dimension + WORD_SLOTS;
}

/** @throws MemosError STORE_INVALID for a file that is missing, damaged, or of other features than these. */
export async function readRouterModel(path: string | URL = BUNDLED): Promise<RouterModel> {
  const invalid = (why: string) =>
    new MemosError(
      "STORE_INVALID",
      `The model that routes messages cannot be used: ${why}. Install the package again.`,
    );
  const bytes = await readFile(path).catch(() => {
    throw invalid("its file is missing");
  });
  const end = bytes.indexOf("\n");
  const header = headerSchema.safeParse(jsonOf(bytes.subarray(0, Math.max(0, end)).toString()));
  if (!header.success) throw invalid("its header is not one");
  const known = JSON.stringify(header.data.signals) === JSON.stringify(SIGNAL_NAMES);
  if (!known) throw invalid("it was made for other signals");
  const length = rowLength(header.data);
  const floats = bytes.subarray(end + 1);
  if (floats.length !== 4 * length * ROUTED_TYPES.length) throw invalid("it has another size than it says");
  const view = new DataView(floats.buffer, floats.byteOffset, floats.length);
  const rows = ROUTED_TYPES.map((_, type) =>
    Float32Array.from({ length }, (_, at) => view.getFloat32(4 * (type * length + at), true)),
  );
  return { ...header.data, rows };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

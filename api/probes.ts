import * as z from "zod";
import type { MemOS } from "../memos/index.js";

const healthSchema = z.strictObject({ status: z.literal("ok") }).meta({ id: "Health" });

const readinessSchema = z
  .strictObject({ ready: z.boolean(), checks: z.record(z.string(), z.string()) })
  .meta({ id: "Readiness" });

/** What the process says about itself: no key, no scope, no memory. */
export interface Probe {
  readonly operationId: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly schema: z.ZodType;
  readonly example: unknown;
  /** The status of a bad answer, where there is one. */
  readonly failing?: number;
  readonly answer: (memos: MemOS) => Promise<{ status: number; body: unknown }>;
}

export const probes: readonly Probe[] = [
  {
    operationId: "health",
    path: "/healthz",
    summary: "Alive",
    description: "Answers as long as the process runs.",
    schema: healthSchema,
    example: { status: "ok" },
    answer: async () => ({ status: 200, body: { status: "ok" } }),
  },
  {
    operationId: "readiness",
    path: "/readyz",
    summary: "Ready",
    description: "Whether the store takes requests, and the state of each part of it.",
    schema: readinessSchema,
    example: { ready: true, checks: { ledger: "ok", index: "ok" } },
    failing: 503,
    answer: async (memos) => {
      const body = await memos.readiness();
      return { status: body.ready ? 200 : 503, body };
    },
  },
];

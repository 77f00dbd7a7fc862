import * as z from "zod";
import { CONTROLLER_LIMITS as LIMITS } from "./limits.js";

export const controllerOptionsSchema = z.strictObject({
  /** When what was said is read: so many messages, so many tokens, or so long without a further one. */
  batch: z
    .strictObject({
      turns: z.int().min(1).max(LIMITS.turnsAtMost).default(LIMITS.turns),
      tokens: z.int().min(1).max(LIMITS.tokensAtMost).default(LIMITS.tokens),
      idleMs: z.int().min(0).max(LIMITS.idleMsAtMost).default(LIMITS.idleMs),
    })
    .prefault({}),
});

export type ControllerOptions = z.input<typeof controllerOptionsSchema>;

import { MemosError } from "../../../memcube/index.js";
import type { GateResult } from "../manifest.js";
import type { GateLimits } from "./gateLimits.js";
import type { Measurement } from "./measure.js";

/** What each gate says of an adapter, by measurements of the same questions without and with it. */
export function judge(_before: Measurement, _after: Measurement, _limits: GateLimits = {}): GateResult[] {
  throw new MemosError("UNSUPPORTED", "Nothing is judged yet.");
}

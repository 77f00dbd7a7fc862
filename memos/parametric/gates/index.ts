export { type GateLimits, gateLimitsSchema } from "./gateLimits.js";
export { judge } from "./judge.js";
export { type Measurement, type MeasureOptions, measure, type Score } from "./measure.js";

export * from "./auroc.js";
export * from "./bestRankedGroups.js";
export * from "./bootstrap.js";
export * from "./mean.js";
export * from "./percentile.js";
export * from "./recall.js";
export * from "./rounding.js";

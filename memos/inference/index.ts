export * from "./embedder.js";
export * from "./hashing.js";

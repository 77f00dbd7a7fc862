export * from "./entities.js";
export { entityKey } from "./words.js";

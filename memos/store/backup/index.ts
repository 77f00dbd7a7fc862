export * from "./operations.js";
export { type RestoreOptions, restoreBackup, verifyBackup } from "./restoreBackup.js";

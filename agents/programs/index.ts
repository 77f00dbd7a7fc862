export { PROGRAM_LIMITS } from "./limits.js";
export type {
  FilesView,
  Instruction,
  PlanOptions,
  ProgramCheck,
  ProgramFile,
  ProgramReceipt,
  ProgramState,
  ProgramStatus,
  ProgramsOptions,
  ReadRange,
} from "./operations.js";
export {
  instructionSchema,
  programFileSchema,
  programReceiptSchema,
  programStatusSchema,
} from "./operations.js";
export { PROGRAM_JOB, Programs, type RunOptions } from "./programs.js";

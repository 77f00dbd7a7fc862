import { CommanderError } from "commander";
import { type ErrorCode, isMemosError, MemosError } from "../../memcube/index.js";
import { UsageError } from "./usageError.js";

const FAILED = 1;
const WRONG_USE = 2;

interface Failure {
  readonly status: typeof FAILED | typeof WRONG_USE;
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Says what went wrong and what to do about it, never where in the code, and returns the exit status. With
 * `--json` the error is the one object on standard output.
 */
export function reportFailure(error: unknown, json: boolean): number {
  const { status, ...shown } = failureOf(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: shown })}\n`);
  else process.stderr.write(`error: ${shown.message}\n${shown.code}: ${shown.remedy}\n`);
  return status;
}

function failureOf(error: unknown): Failure {
  if (error instanceof UsageError || error instanceof CommanderError)
    return {
      status: WRONG_USE,
      code: "INVALID_INPUT",
      // Commander has shown the help already when a command group is called without a command.
      message:
        "code" in error && error.code === "commander.help" ? "name a command." : sentence(error.message),
      remedy: "Add --help to the command to see how it is used.",
    };
  const known = isMemosError(error) ? error : new MemosError("INTERNAL", String(error), { cause: error });
  return { status: FAILED, code: known.code, message: sentence(known.message), remedy: known.remedy };
}

function sentence(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\s+/g, " ")
    .trim();
}

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import * as z from "zod";

const BINARY = fileURLToPath(new URL("../../../../bin/memos.mjs", import.meta.url));

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line as a user does, with an environment that says nothing about memos. */
export function start(args: readonly string[], environment: Record<string, string> = {}): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MEMOS_"));
  return spawn(process.execPath, [BINARY, ...args], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs one command to its end. */
export async function memos(
  args: readonly string[],
  options: { input?: string; environment?: Record<string, string> } = {},
): Promise<Finished> {
  const child = start(args, options.environment);
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin?.end(options.input ?? "");
  assert.ok(child.stdout !== null && child.stderr !== null);
  const [status, stdout, stderr] = await Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
}

/** Runs a command with --json that must succeed, and returns the one object that it prints. */
export async function memosJson<S extends z.ZodType>(
  args: readonly string[],
  schema: S,
): Promise<z.output<S>> {
  const { status, stdout, stderr } = await memos([...args, "--json"]);
  assert.equal(status, 0, stderr + stdout);
  assert.equal(stdout.trimEnd().split("\n").length, 1, "one line");
  return schema.parse(JSON.parse(stdout));
}

/** The error that a command with --json must print. */
export const failureSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), remedy: z.string() }),
});

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as z from "zod";

const probeResultSchema = z.discriminatedUnion("runs", [
  z.strictObject({ runs: z.literal(true), release: z.string(), gpu: z.string() }),
  z.strictObject({ runs: z.literal(false), reason: z.string() }),
]);

export type ProbeResult = z.infer<typeof probeResultSchema>;

/** Longer than any machine needs to load the binary; a GPU's driver may take seconds. */
const PATIENCE_MS = 60_000;

const PROBE = fileURLToPath(new URL("./probe.js", import.meta.url));

export interface EngineReport {
  /** Whether a model can be run on this machine. */
  readonly runs: boolean;
  /** What runs, or why nothing does and what would. */
  readonly detail: string;
}

/** Loads llama.cpp in a process of its own, without a model, and says whether it runs here. */
export async function engineReport(): Promise<EngineReport> {
  const found = await probeResult();
  if (found.runs) {
    const gpu = found.gpu === "none" ? "on the CPU" : `with ${found.gpu}`;
    return { runs: true, detail: `llama.cpp ${found.release} ${gpu}` };
  }
  const machine = `${process.platform} ${process.arch}`;
  return {
    runs: false,
    detail: `does not run on this machine (${machine}): ${found.reason} Run \`npm ci\` again, or build it with \`npx node-llama-cpp source download\`. Only local models need it.`,
  };
}

async function probeResult(): Promise<ProbeResult> {
  const child = fork(PROBE, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  try {
    return await new Promise((resolve) => {
      child.once("message", (message) => resolve(probeResultSchema.parse(message)));
      child.once("error", (error) => resolve({ runs: false, reason: `${error.message}.` }));
      child.once("exit", (code, signal) =>
        resolve({ runs: false, reason: `Its process ended (${signal ?? `status ${code}`}).` }),
      );
    });
  } finally {
    clearTimeout(late);
    child.kill("SIGKILL");
  }
}

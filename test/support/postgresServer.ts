import {
  givePostgres,
  type PostgresServer,
  type PostgresOptions as ServerOptions,
  startServer,
} from "../../bench/process/postgresServer.js";
import { atEnd, type Lifetime, temporaryFolder } from "../memos/support.js";

export {
  asPostgres,
  type PostgresServer,
  postgresBin,
  postgresUser,
  type StopMode,
  withoutPostgres,
} from "../../bench/process/postgresServer.js";

export type PostgresOptions = Omit<ServerOptions, "folder">;

/** A new folder that Postgres may write. */
export async function postgresFolder(t: Lifetime): Promise<string> {
  return givePostgres(await temporaryFolder(t));
}

/** A Postgres of its own, in a folder that goes with the test; undefined where there are no binaries. */
export async function startPostgres(
  t: Lifetime,
  options: PostgresOptions = {},
): Promise<PostgresServer | undefined> {
  const server = await startServer({ ...options, folder: await temporaryFolder(t) });
  if (server !== undefined) atEnd(t, () => server.stop("immediate"));
  return server;
}

import pg from "pg";
import { catalogue } from "../../memos/store/sql/move/catalogue.js";
import { copyIn } from "../../memos/store/sql/move/copyIn.js";
import { columnsOf } from "../../memos/store/sql/move/place.js";
import { lineOf } from "../../memos/store/sql/move/row.js";
import { SqlitePlace } from "../../memos/store/sql/move/sqlitePlace.js";
import { timed } from "../latency.js";

/** Rows at most: more make the figure no better. */
const ROWS = 50_000;

const TYPES = { TEXT: "text", INTEGER: "bigint", REAL: "double precision", BLOB: "bytea" } as const;

/**
 * Rows a second of plain COPY: versions of the same ledger, encoded before, into a table without an index or a trigger,
 * in transactions of the same size, each on disk when it is done.
 */
export async function copyRowsPerSecond(file: string, url: string): Promise<number> {
  const known = catalogue();
  const versions = known.tables.find(({ name }) => name === "versions");
  if (versions === undefined) throw new Error("The ledger has no versions.");
  const client = new pg.Client({ connectionString: url });
  const source = await SqlitePlace.source(file, known);
  await client.connect();
  try {
    const columns = versions.columns.map(({ name, type }) => `"${name}" ${TYPES[type]}`).join(", ");
    await client.query(`CREATE TEMPORARY TABLE baseline (${columns})`);
    let rows = 0;
    let milliseconds = 0;
    for await (const chunk of source.rows(versions)) {
      const lines = chunk.map(lineOf).join("");
      milliseconds += await timed(() =>
        copyIn(client, `COPY baseline (${columnsOf(versions)}) FROM STDIN`, lines),
      );
      rows += chunk.length;
      if (rows >= ROWS) break;
    }
    return Math.round((rows * 1_000) / milliseconds);
  } finally {
    await client.end();
    await source.close();
  }
}

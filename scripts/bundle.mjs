// The ledger's thread as one file. Every store starts two of them, and reading the three hundred modules
// that it is made of takes longer than opening the database.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("../dist/memos/store/sqlite", import.meta.url));

await build({
  entryPoints: [join(folder, "ledgerThread.js")],
  outfile: join(folder, "ledgerThread.bundle.js"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["libsql"],
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning",
});

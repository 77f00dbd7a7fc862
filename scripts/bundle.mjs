// The command line and the ledger's thread, each as one program: a process that reads six hundred modules before it
// begins takes three times as long to start. The SDK is not bundled: who imports it brings a bundler of their own.
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const compiled = fileURLToPath(new URL("../dist", import.meta.url));
const bundle = join(compiled, "bundle");

const DAY_MS = 86_400_000;

const { devDependencies, peerDependencies } = JSON.parse(
  await readFile(join(compiled, "../package.json"), "utf8"),
);

/** Native code, what finds its own files, and what is not a dependency: a bench for developers needs that, or a user's framework. */
const external = [
  "@aws-sdk/client-s3",
  "libsql",
  "@lancedb/lancedb",
  "node-llama-cpp",
  "pdfjs-dist",
  "pino",
  ...Object.keys(devDependencies),
  ...Object.keys(peerDependencies),
];

/** A module finds the files beside it from where it was compiled to, not from where it was bundled to. */
const ownUrl = {
  name: "own-url",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      if (!path.startsWith(compiled)) return undefined;
      const text = await readFile(path, "utf8");
      const from = JSON.stringify(relative(bundle, path).replaceAll("\\", "/"));
      return { contents: text.replaceAll("import.meta.url", `new URL(${from}, import.meta.url).href`) };
    });
  },
};

const shared = {
  outdir: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external,
  plugins: [ownUrl],
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning",
};

function newest(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".js") && !/^(bundle|viewer|test)\b/.test(file))
    .reduce((latest, file) => Math.max(latest, statSync(join(folder, file)).mtimeMs), 0);
}

const last = statSync(join(bundle, "ledgerThread.js"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const lock = statSync(join(compiled, "../package-lock.json")).mtimeMs;
if (Math.max(newest(compiled), lock) > last) {
  // A program that is running may still load its parts: what was replaced goes a day later.
  for (const file of existsSync(bundle) ? readdirSync(bundle) : [])
    if (statSync(join(bundle, file)).mtimeMs < Date.now() - DAY_MS) rmSync(join(bundle, file));
  await build({
    ...shared,
    entryPoints: { memos: join(compiled, "api/cli/main.js") },
    splitting: true,
    chunkNames: "[name]-[hash]",
  });
  await build({
    ...shared,
    entryPoints: {
      ledgerThread: join(compiled, "memos/store/sql/ledgerThread.js"),
      wire: join(compiled, "memos/store/sql/postgres/wire.js"),
    },
  });
}

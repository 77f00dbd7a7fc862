import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const app = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../../../dist/viewer", import.meta.url));

/** Every built file once more as gzip and as brotli: the server compresses nothing while it answers. */
const precompressed = {
  name: "precompressed",
  async closeBundle() {
    const files = (await readdir(out, { recursive: true })).filter((file) => /\.(html|js|css)$/.test(file));
    for (const file of files) {
      const bytes = await readFile(join(out, file));
      await writeFile(join(out, `${file}.gz`), gzipSync(bytes, { level: 9 }));
      await writeFile(join(out, `${file}.br`), brotliCompressSync(bytes));
    }
  },
};

export default defineConfig({
  root: app,
  configFile: false,
  publicDir: false,
  plugins: [precompressed],
  esbuild: { jsx: "automatic" },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2022",
    // One request less, and no script that would have to be allowed.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});

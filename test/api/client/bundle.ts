import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The client as a web page gets it: one minified module, with nothing of Node in it. */
export async function bundledClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../../api/client/index.js", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    // Without names of Node: one of them would fail to resolve.
    platform: "neutral",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

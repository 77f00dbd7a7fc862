// Makes the Python environment that adapters are trained in, for the tests that need it: in
// node_modules/.cache/memos-trainer, or in the folder that `--folder` names. Fails no build: what is missing is
// printed and left in a file, so that tests can say why they are skipped.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const LIMIT_MINUTES = 30;

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules", ".cache");
const { values } = parseArgs({
  options: { folder: { type: "string" }, python: { type: "string" }, "torch-index": { type: "string" } },
});
const folder = values.folder ?? join(cache, "memos-trainer");

function leave(content) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "memos-trainer.json"), `${JSON.stringify(content)}\n`);
}

const limit = AbortSignal.timeout(LIMIT_MINUTES * 60_000);

try {
  const { findPython, preparePython } = await import(
    pathToFileURL(join(root, "dist", "memos", "parametric", "training", "index.js")).href
  );
  const found = await findPython(folder);
  if (found === undefined) {
    console.log(`trainer: making a Python environment with PyTorch in ${folder} (some minutes) ...`);
    const started = Date.now();
    await preparePython({
      folder,
      python: values.python,
      torchIndex: values["torch-index"],
      signal: limit,
    });
    console.log(`trainer: made in ${Math.round((Date.now() - started) / 1000)} seconds`);
  }
  leave({ folder });
} catch (error) {
  const said = error instanceof Error ? error.message : String(error);
  const reason = limit.aborted ? `it could not be made within ${LIMIT_MINUTES} minutes` : said;
  console.log(`trainer: none, and the tests that need it are skipped: ${reason}`);
  leave({ folder, absent: reason });
}

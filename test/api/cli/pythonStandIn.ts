import { access, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { generatedModel } from "../../../memos/inference/gguf/generated/generatedModel.js";
import { writePeft } from "../../../memos/parametric/files/index.js";
import { MODELS } from "../../memos/inference/local/support.js";
import { randomAdapterFor } from "../../memos/parametric/support.js";
import { type Lifetime, temporaryFolder } from "../../memos/support.js";

const POLL_MS = 20;

/**
 * What the trainer's Python is asked and what it answers, without Python: it learns nothing and leaves an adapter of
 * random weights for the smallest model. While it is held, it does not get on.
 */
function script(folder: string): string {
  return `#!${process.execPath}
const { cpSync, existsSync, writeFileSync } = require("node:fs");
const [flag, , , job] = process.argv.slice(2);
const say = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
if (flag === "-c") say({ python: "3.11.7", torch: "2.9.1", peft: "0.21.2" });
else {
  const curve = [1, 2, 3, 4].map((step) => ({ step, loss: 1 / step, heldOutLoss: 2 / step, seconds: step }));
  say({ event: "start", steps: 4, resumedAt: 0, release: "stand-in" });
  process.stdin.resume().once("end", () => process.exit(1));
  const finish = () => {
    for (const point of curve) say({ event: "progress", steps: 4, ...point });
    cpSync(${JSON.stringify(join(folder, "out"))}, job + "/out", { recursive: true });
    writeFileSync(job + "/out/result.json", JSON.stringify({ steps: 4, seconds: 4, release: "stand-in", curve }));
    say({ event: "done", steps: 4 });
    process.stdin.destroy();
  };
  const look = () =>
    existsSync(${JSON.stringify(join(folder, "hold"))}) ? setTimeout(look, ${POLL_MS}) : finish();
  writeFileSync(${JSON.stringify(join(folder, "begun"))}, "");
  look();
}
`;
}

/** An interpreter for `MEMOS_TRAINER_PYTHON`. */
export async function pythonStandIn(t: Lifetime) {
  const folder = await temporaryFolder(t);
  await writePeft(
    join(folder, "out"),
    await randomAdapterFor(await generatedModel("nano", MODELS), 1),
    "nano",
  );
  const python = join(folder, "python");
  await writeFile(python, script(folder), { mode: 0o755 });
  return {
    python,
    hold: () => writeFile(join(folder, "hold"), ""),
    letGo: () => rm(join(folder, "hold")),
    /** Resolves when it has begun to train. */
    begun: async () => {
      for (;;) {
        const there = await access(join(folder, "begun")).then(
          () => true,
          () => false,
        );
        if (there) return;
        await delay(POLL_MS);
      }
    },
  };
}

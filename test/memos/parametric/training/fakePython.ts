import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Lifetime, temporaryFolder } from "../../support.js";

/**
 * An interpreter that is none: a script in JavaScript. `folder` in it is the folder of the job, `tell(event)` tells
 * one, `adapter()` writes artefacts.
 */
export async function fakePython(t: Lifetime, behaviour: string): Promise<string> {
  const path = join(await temporaryFolder(t), "python");
  const script = `#!${process.execPath}
const fs = require("node:fs");
const folder = process.argv[5];
const tell = (event) => fs.writeSync(1, JSON.stringify(event) + "\\n");
const start = { event: "start", steps: 4, resumedAt: 0, release: "fake" };
const done = { event: "done", steps: 4, seconds: 1, release: "fake" };
const stay = () => setInterval(() => {}, 1_000);
function adapter(changes = {}) {
  const header = JSON.stringify({ "x.lora_A.weight": { dtype: "F32", shape: [1, 1], data_offsets: [0, 4] } });
  const bytes = Buffer.alloc(8 + header.length + 4);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  const files = {
    "adapter_model.safetensors": bytes,
    "adapter_config.json": JSON.stringify({ peft_type: "LORA", r: 1, lora_alpha: 2 }),
    "result.json": JSON.stringify({ steps: 4, seconds: 1, release: "fake", curve: [] }),
    ...changes,
  };
  fs.mkdirSync(folder + "/out");
  for (const [name, content] of Object.entries(files))
    if (content !== null) fs.writeFileSync(folder + "/out/" + name, content);
}
${behaviour}
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

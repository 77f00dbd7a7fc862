import { availableParallelism } from "node:os";
import { isMemosError } from "../../../memcube/index.js";
import { loadBinding } from "./binding.js";
import type { ProbeResult } from "./engineReport.js";
import { openBinding } from "./openBinding.js";

async function probe(): Promise<ProbeResult> {
  try {
    const llama = await openBinding(await loadBinding(), { gpu: "auto", threads: availableParallelism() });
    const { release } = llama.llamaCppRelease;
    return { runs: true, release, gpu: llama.gpu === false ? "none" : llama.gpu };
  } catch (error) {
    return { runs: false, reason: isMemosError(error) ? error.message : String(error) };
  }
}

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
probe().then((result) => process.send?.(result));

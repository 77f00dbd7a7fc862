import { LocalEngine } from "../../../../memos/inference/index.js";

/** Starts an engine, says which process it is, and does nothing more: for a test that kills this process. */
const [model = "", temporaryFolder = ""] = process.argv.slice(2);
const engine = new LocalEngine({ model, temporaryFolder, contextTokens: 1_024, threads: 1, gpu: false });
await engine.model();
process.send?.(await engine.pid());

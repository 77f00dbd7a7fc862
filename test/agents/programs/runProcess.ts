import { Programs } from "../../../agents/programs/index.js";
import { endWithParent } from "../../../bench/process/parent.js";
import { MemOS, OpenAIChatModel, type Scope } from "../../../memos/index.js";
import { WordEmbedder } from "../../memos/support.js";

/**
 * A process of its own that carries out a program: `node runProcess.js FOLDER PROGRAM URL`. With `job` as a fourth
 * argument it does what was started, until it is killed. Tells its parent the state that a run ends in.
 */
const [path = "", id = "", baseURL = "", how = "run"] = process.argv.slice(2);
const scope: Scope = { tenant: "acme", user: "ana" };

if (process.send !== undefined) {
  endWithParent();
  const memos = await MemOS.open({ path, embedder: new WordEmbedder(), upkeep: false });
  const model = new OpenAIChatModel({ model: "scripted", baseURL, apiKey: "none", retries: 0 });
  const programs = new Programs(memos, model, { leaseMs: 5_000 });
  if (how === "job") programs.work();
  else {
    const { state } = await programs.run(id, scope);
    process.send({ state });
    await memos.close();
    process.disconnect();
  }
}

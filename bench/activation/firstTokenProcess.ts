import { MemOS, NoneEmbedder, type Scope } from "../../memos/index.js";
import { LocalEngine } from "../../memos/inference/local/localEngine.js";
import { serveTask } from "../process/task.js";

export type FirstTokenTask = {
  readonly path: string;
  readonly model: string;
  readonly contextTokens: number;
  readonly scope: Scope;
  readonly question: string;
  /** `Date.now()` when the process was asked for. */
  readonly asked: number;
};

/** What somebody waits who starts a program and says something: until the first token of the answer. */
serveTask(async ({ path, model, contextTokens, scope, question, asked }: FirstTokenTask) => {
  const engine = new LocalEngine({ model, contextTokens, sequences: 1 });
  const memos = await MemOS.open({ path, engine, embedder: new NoneEmbedder(), upkeep: false });
  try {
    let firstTokenMs = 0;
    let restored = 0;
    for await (const event of memos.chat(question, scope, { budget: 0, maxTokens: 2, remember: false })) {
      if (event.kind === "text" && firstTokenMs === 0) firstTokenMs = Date.now() - asked;
      if (event.kind === "end") restored = event.receipt.tokens.restored;
    }
    return { firstTokenMs, restored };
  } finally {
    await memos.close();
    await engine[Symbol.asyncDispose]();
  }
});

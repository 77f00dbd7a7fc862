import { LlamaServerEngine } from "../../../memos/inference/llamaServerEngine.js";
import { OpenAIEngine } from "../../../memos/inference/openaiEngine.js";
import { DIALECT_NAMES } from "../../../memos/inference/serverDialect.js";
import { atEnd, type Lifetime } from "../support.js";
import { type Behaviour, echoes, KEY, startCompletionServer, weighs } from "./completionServer.js";
import { BASE, startDialectServer } from "./dialectServer.js";
import { DIMENSION } from "./embeddingServer.js";
import { engineContract, PEFT_FOLDER } from "./engineContract.js";
import { startLMCache } from "./lmcacheServer.js";
import { startSlotServer } from "./slotServer.js";

/** Chooses, where it is asked for probabilities; answers elsewhere. */
const choosesOrEchoes: Behaviour = (response, body, counts) =>
  (body["logprobs"] === true ? weighs({ A: 0.5, B: 0.25, C: 0.125 }) : echoes)(response, body, counts);

function closing<E extends AsyncDisposable>(life: Lifetime, engine: E): E {
  atEnd(life, async () => engine[Symbol.asyncDispose]());
  return engine;
}

engineContract("an OpenAI-compatible server", async (life) => {
  const { baseURL } = await startCompletionServer(life, choosesOrEchoes);
  return closing(life, new OpenAIEngine({ model: "test", baseURL, apiKey: KEY, retries: 0, logprobs: true }));
});

engineContract("an OpenAI-compatible server that only answers", async (life) => {
  const { baseURL } = await startCompletionServer(life, echoes);
  return closing(life, new OpenAIEngine({ model: "test", baseURL, retries: 0 }));
});

engineContract("llama-server", async (life) => {
  const { baseURL } = await startSlotServer(life, { score: (text) => text.length });
  return closing(
    life,
    new LlamaServerEngine({
      baseURL,
      retries: 0,
      embedding: { dimension: DIMENSION },
      ranking: "logits",
    }),
  );
});

for (const server of DIALECT_NAMES)
  engineContract(
    server,
    async (life) => {
      const { baseURL } = await startDialectServer(life, server, { folders: [PEFT_FOLDER] });
      return closing(life, new OpenAIEngine({ server, model: BASE, baseURL, retries: 0, logprobs: true }));
    },
    { obeys: true },
  );

engineContract(
  "vllm with LMCache, which may be told to forget",
  async (life) => {
    const [{ baseURL }, { coordinatorURL }] = await Promise.all([
      startDialectServer(life, "vllm", { folders: [PEFT_FOLDER], flushes: true }),
      startLMCache(life, { chunkTokens: 4 }),
    ]);
    const lmcache = { coordinatorURL, model: BASE, chunkTokens: 4 };
    const options = { model: BASE, baseURL, retries: 0, logprobs: true, flush: true } as const;
    return closing(life, new OpenAIEngine({ server: "vllm", lmcache, ...options }));
  },
  { obeys: true },
);

import { LlamaServerEngine } from "../../../memos/inference/llamaServerEngine.js";
import { ADAPTER_SERVERS } from "../../../memos/inference/namedAdapters.js";
import { OpenAIEngine } from "../../../memos/inference/openaiEngine.js";
import { atEnd, type Lifetime } from "../support.js";
import { BASE, startAdapterServer } from "./adapterServer.js";
import { type Behaviour, echoes, KEY, startCompletionServer, weighs } from "./completionServer.js";
import { DIMENSION } from "./embeddingServer.js";
import { engineContract, PEFT_FOLDER } from "./engineContract.js";
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

for (const server of ADAPTER_SERVERS)
  engineContract(server, async (life) => {
    const { baseURL } = await startAdapterServer(life, server, { folders: [PEFT_FOLDER] });
    return closing(life, new OpenAIEngine({ server, model: BASE, baseURL, retries: 0, logprobs: true }));
  });

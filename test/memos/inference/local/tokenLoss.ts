import { loadBinding } from "../../../../memos/inference/local/binding.js";
import { openBinding } from "../../../../memos/inference/local/openBinding.js";

/** Mean loss in nats that llama.cpp has for the tokens from `from` on, each after those before it. */
export async function tokenLoss(
  model: string,
  texts: readonly { readonly tokens: readonly number[]; readonly from: number }[],
): Promise<number> {
  const llama = await openBinding(await loadBinding(), { gpu: false, threads: 1 });
  try {
    const loaded = await llama.loadModel({ modelPath: model });
    const context = await loaded.createContext({ contextSize: 256 });
    const sequence = context.getSequence();
    const losses: number[] = [];
    for (const { tokens, from } of texts) {
      await sequence.clearHistory();
      const output = await sequence.controlledEvaluate(
        tokens.map((token) => [token, { generateNext: { logits: true } }]) as Parameters<
          typeof sequence.controlledEvaluate
        >[0],
      );
      for (let at = Math.max(1, from); at < tokens.length; at++) {
        const logits = new Map<number, number>(output[at - 1]?.next.logits ?? []);
        const most = Math.max(...logits.values());
        const total = [...logits.values()].reduce((sum, value) => sum + Math.exp(value - most), 0);
        losses.push(most + Math.log(total) - (logits.get(tokens[at] ?? -1) ?? Number.NaN));
      }
    }
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  } finally {
    await llama.dispose();
  }
}

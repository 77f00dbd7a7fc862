import type { LlamaContext } from "node-llama-cpp";

/** An adapter as a context takes it. */
export interface ContextAdapter {
  readonly filePath: string;
  readonly scale: number;
}

/**
 * Changes the adapters of a living context, which node-llama-cpp 3.22.1 can do and does not publish: exact on removal
 * and a hundred times cheaper than a new context. This file is the only one that knows such methods; whoever gets
 * `undefined` makes a context for each set of adapters instead, which is public.
 */
export async function adapterSwitch(
  context: LlamaContext,
): Promise<((adapters: readonly ContextAdapter[]) => Promise<void>) | undefined> {
  const { _setLoras: method } = context as { _setLoras?: unknown };
  if (typeof method !== "function") return undefined;
  const change = async (adapters: readonly ContextAdapter[]): Promise<void> => {
    await method.call(context, adapters);
  };
  // A context without adapters stays one: the method is there and takes what it is given.
  return change([]).then(
    () => change,
    () => undefined,
  );
}

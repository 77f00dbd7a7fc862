import { MemOS, type Scope } from "../../memos/index.js";
import { WordEmbedder } from "./support.js";

/**
 * A process of its own that writes to a store: `node writerProcess.js FOLDER NAME COUNT`. Tells its parent
 * when it is ready, waits for the word, and reports the text of each memory after it was acknowledged.
 */
export type Report = { readonly ready: true } | { readonly acknowledged: string } | { readonly done: true };

const scope: Scope = { tenant: "acme" };
const [path = "", name = "", count = "0"] = process.argv.slice(2);

function report(message: Report): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

if (process.send !== undefined) {
  const memos = await MemOS.open({ path, embedder: new WordEmbedder() });
  const told = new Promise<void>((resolve) => process.once("message", () => resolve()));
  await report({ ready: true });
  await told;
  for (let n = 0; n < Number(count); n++) {
    const text = `note ${name}${n}`;
    await memos.add(text, scope);
    await report({ acknowledged: text });
  }
  await report({ done: true });
  await memos.close();
  process.disconnect();
}

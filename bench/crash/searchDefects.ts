import type { Scope } from "../../memcube/index.js";
import type { MemOS } from "../../memos/index.js";
import { readText, wordOf } from "./operation.js";

/** Words looked for by one query: with the turns beside them in a session, their rows fit one answer. */
const WORDS = 100;
const HITS = 1_000;

/** Words that are also looked for alone. */
const ALONE = 10;

async function found(memos: MemOS, scope: Scope, words: readonly string[]): Promise<Set<string>> {
  const { hits } = await memos.search(words.join(" "), scope, { k: HITS, channels: ["text"] });
  return new Set(
    hits.map(({ cube }) => {
      const memory = cube.payload.kind === "plaintext" ? readText(cube.payload.text) : null;
      return memory === null ? cube.id : wordOf(memory.token, memory.revision);
    }),
  );
}

/** Whether search finds every memory by its own word and nothing by the word of what is no more. */
export async function searchDefects(
  memos: MemOS,
  scope: Scope,
  { live, gone }: { live: readonly string[]; gone: readonly string[] },
): Promise<string[]> {
  const defects: string[] = [];
  for (let start = 0; start < live.length; start += WORDS) {
    const words = live.slice(start, start + WORDS);
    const answered = await found(memos, scope, words);
    for (const word of words) if (!answered.has(word)) defects.push(`${word}: is not found`);
  }
  for (let start = 0; start < gone.length; start += WORDS)
    for (const word of await found(memos, scope, gone.slice(start, start + WORDS)))
      defects.push(`${word}: is found by the word of what was changed or forgotten`);
  const every = Math.max(1, Math.floor(live.length / ALONE));
  for (let index = 0; index < live.length; index += every) {
    const word = live[index] as string;
    const { hits } = await memos.search(`"${word}"`, scope, { k: 1 });
    const payload = hits[0]?.cube.payload;
    if (payload?.kind !== "plaintext" || !payload.text.endsWith(word))
      defects.push(`${word}: is not the first to be found`);
  }
  return defects;
}

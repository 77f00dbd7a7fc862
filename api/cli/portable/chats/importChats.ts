import { MemosError, type Scope } from "../../../../memcube/index.js";
import type { MemOS } from "../../../../memos/index.js";
import { chatgptConversation } from "./chatgpt.js";
import { claudeConversation } from "./claude.js";
import { oneLine } from "./conversation.js";
import { type SkippedReason, Skips } from "./skips.js";
import { type Imported, writeOnce } from "./writeOnce.js";

export const CHAT_SOURCES = { chatgpt: chatgptConversation, claude: claudeConversation } as const;
export type ChatSource = keyof typeof CHAT_SOURCES;

export interface ChatsReport {
  readonly conversations: number;
  readonly added: number;
  /** There already, from an import before. */
  readonly present: number;
  /** What was passed over, by reason. */
  readonly skipped: readonly SkippedReason[];
}

/**
 * Imports conversations: each is a session, each message a memory with its role and time. The whole export is read
 * once before anything is written, so that one that breaks off leaves nothing.
 *
 * @throws MemosError INVALID_INPUT for an export that is not one; then nothing was written.
 */
export async function importChats(
  memos: MemOS,
  source: ChatSource,
  open: () => AsyncIterable<unknown>,
  scope: Scope,
  options: { signal: AbortSignal; onConversation: (done: number, total: number) => void },
): Promise<ChatsReport> {
  const { signal, onConversation } = options;
  const read = CHAT_SOURCES[source];
  let total = 0;
  let faults = 0;
  for await (const value of open()) {
    signal.throwIfAborted();
    total += 1;
    if ("fault" in read(value)) faults += 1;
  }
  if (total > 0 && faults === total)
    throw new MemosError(
      "INVALID_INPUT",
      `No conversation of this file has the form of an export of ${source}; nothing was imported.`,
    );
  const skips = new Skips();
  let [done, conversations, added, present] = [0, 0, 0, 0];
  for await (const value of open()) {
    signal.throwIfAborted();
    const conversation = read(value);
    if ("fault" in conversation) skips.add(`conversation ${done + 1}`, conversation.fault);
    else {
      const session = oneLine(`${source}-${conversation.id}`, 256);
      const metadata = {
        import_source: source,
        ...(conversation.title === "" ? {} : { conversation_title: conversation.title }),
      };
      const items: Imported[] = [];
      for (const turn of conversation.turns)
        if ("skipped" in turn) skips.add(turn.id, turn.skipped);
        else
          items.push({
            id: `${session}:${turn.id}`.slice(0, 512),
            memory: { ...turn.memory, session, metadata },
          });
      const result = await writeOnce(memos, items, scope, signal);
      for (const { id, reason } of result.skipped) skips.add(id, reason);
      added += result.added;
      present += result.present;
      conversations += 1;
    }
    done += 1;
    onConversation(done, total);
  }
  return { conversations, added, present, skipped: skips.all };
}

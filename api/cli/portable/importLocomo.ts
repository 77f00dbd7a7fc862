import type { LocomoConversation } from "../../../eval/locomo/format.js";
import { memoriesOf } from "../../../eval/locomo/memories.js";
import type { MemOS } from "../../../memos/index.js";

interface ImportedConversation {
  readonly user: string;
  readonly sessions: number;
  readonly added: number;
  readonly duplicates: number;
  /** Turns that the store did not take, and why. */
  readonly skipped: readonly { readonly turn: string; readonly reason: string }[];
}

export interface LocomoImportReport {
  readonly added: number;
  readonly duplicates: number;
  readonly conversations: readonly ImportedConversation[];
}

/** Imports every conversation as the memory of the user that its sample_id names. */
export async function importLocomo(
  memos: MemOS,
  conversations: readonly LocomoConversation[],
  tenant: string,
  options: { signal: AbortSignal; onTurn: (done: number, total: number) => void },
): Promise<LocomoImportReport> {
  const total = conversations.flatMap(memoriesOf).length;
  const reports: ImportedConversation[] = [];
  let done = 0;
  for (const conversation of conversations) {
    const before = done;
    const report = await importConversation(memos, conversation, tenant, options.signal, (added) => {
      done = before + added;
      options.onTurn(done, total);
    });
    reports.push(report);
  }
  const sum = (count: (report: ImportedConversation) => number) =>
    reports.reduce((total, report) => total + count(report), 0);
  return {
    added: sum(({ added }) => added),
    duplicates: sum(({ duplicates }) => duplicates),
    conversations: reports,
  };
}

async function importConversation(
  memos: MemOS,
  conversation: LocomoConversation,
  tenant: string,
  signal: AbortSignal,
  onAdded: (added: number) => void,
): Promise<ImportedConversation> {
  const turns = memoriesOf(conversation);
  const user = conversation.sampleId;
  let added = 0;
  let duplicates = 0;
  const skipped: { turn: string; reason: string }[] = [];
  const memories = turns.map(({ memory }) => memory);
  for await (const progress of memos.addMany(memories, { tenant, user }, { signal })) {
    ({ added, duplicates } = progress);
    for (const { index, reason } of progress.skipped) skipped.push({ turn: turns[index]?.key ?? "", reason });
    onAdded(added);
  }
  return { user, sessions: conversation.sessions.length, added, duplicates, skipped };
}

import { MemOS } from "../../memos/index.js";
import { timed } from "../latency.js";
import { serveTask } from "../process/task.js";
import { type Tenant, textsOf } from "./texts.js";

export interface SingleAddsTask {
  /** Folders of two stores that do not exist yet. */
  readonly single: string;
  readonly batch: string;
  readonly tenant: Tenant;
  readonly questions: readonly string[];
}

export interface SingleAddsOutcome {
  readonly addMilliseconds: number[];
  /** Searches of the store made by single adds, and of the one made by a stream. */
  readonly single: number[];
  readonly batch: number[];
}

async function compare({ single, batch, tenant, questions }: SingleAddsTask): Promise<SingleAddsOutcome> {
  const scope = { tenant: tenant.name };
  const texts = textsOf(tenant);
  const [bySingles, byStream] = await Promise.all([
    MemOS.open({ path: single }),
    MemOS.open({ path: batch }),
  ]);
  // A search opens the tenant's index: from then on every add has to keep it up to date.
  await bySingles.search(texts[0] ?? "", scope);
  const addMilliseconds: number[] = [];
  for (const text of texts) addMilliseconds.push(await timed(() => bySingles.add(text, scope)));
  await bySingles.settled();
  for await (const { done } of byStream.addMany(texts, scope)) if (done) await byStream.settled();

  const outcome: SingleAddsOutcome = { addMilliseconds, single: [], batch: [] };
  for (const memos of [bySingles, byStream])
    for (const question of questions.slice(0, 20)) await memos.search(question, scope);
  for (const question of questions) {
    outcome.single.push(await timed(() => bySingles.search(question, scope)));
    outcome.batch.push(await timed(() => byStream.search(question, scope)));
  }
  await Promise.all([bySingles.close(), byStream.close()]);
  return outcome;
}

serveTask(compare);

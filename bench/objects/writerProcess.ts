import type { Scope } from "../../memcube/index.js";
import { MemOS, type ObjectOptions } from "../../memos/index.js";
import { endWithParent, sendLast } from "../process/parent.js";
import { syntheticText } from "../text.js";

/** Texts of one `add`. */
export const BATCH = 100;

/** Which batches a process writes: `next` up to `end`. */
export interface ObjectsOrder {
  readonly path: string;
  readonly objects?: ObjectOptions;
  readonly scope: Scope;
  readonly next: number;
  readonly end: number;
}

export type ObjectsReply =
  | { readonly kind: "acknowledged"; readonly batch: number; readonly ids: readonly string[] }
  | { readonly kind: "done" };

async function write({ path, objects, scope, next, end }: ObjectsOrder): Promise<void> {
  const memos = await MemOS.open({ path, ...(objects === undefined ? {} : { objects }) });
  for (let batch = next; batch < end; batch++) {
    const texts = Array.from({ length: BATCH }, (_, at) => syntheticText(batch * BATCH + at));
    // Whoever goes on after a kill writes the batch again whose receipt was lost: it is the same request.
    const { written } = await memos.add(texts, scope, { idempotencyKey: `batch ${batch}` });
    process.send?.({ kind: "acknowledged", batch, ids: written.map(({ id }) => id) } satisfies ObjectsReply);
  }
  await memos.close();
  sendLast({ kind: "done" } satisfies ObjectsReply);
}

process.once("message", (order) => {
  write(order as ObjectsOrder).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  });
});
endWithParent();

import { type MigrationProgress, type MigrationReceipt, migrateLedger } from "../../memos/index.js";
import { endWithParent, sendLast } from "../process/parent.js";

export interface MoveOrder {
  readonly from: string;
  readonly to: string;
  /** Kills itself, as a power cut would, when half of the rows are copied. */
  readonly dies: boolean;
}

export type MoveReply =
  | { readonly kind: "progress"; readonly progress: MigrationProgress }
  | { readonly kind: "done"; readonly receipt: MigrationReceipt }
  | { readonly kind: "failed"; readonly reason: string };

async function move({ from, to, dies }: MoveOrder): Promise<void> {
  const onProgress = (progress: MigrationProgress) => {
    if (dies && progress.done * 2 >= progress.total) process.kill(process.pid, "SIGKILL");
    process.send?.({ kind: "progress", progress } satisfies MoveReply);
  };
  const reply: MoveReply = await migrateLedger({ from, to, onProgress }).then(
    (receipt) => ({ kind: "done", receipt }),
    (error) => ({ kind: "failed", reason: String(error) }),
  );
  sendLast(reply);
}

process.once("message", (order) => void move(order as MoveOrder));
endWithParent();

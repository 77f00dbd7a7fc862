import { type MigrationProgress, migrateLedger } from "../../../memos/index.js";

/**
 * A process of its own that moves a ledger and kills itself: `node moverProcess.js FROM TO STEP COUNT`. It dies at the
 * COUNTth sign of progress of that step: an odd one at once, an even one while the next rows are under way.
 */
const [from = "", to = "", step = "", count = "0"] = process.argv.slice(2);

const die = () => process.kill(process.pid, "SIGKILL");
let seen = 0;

if (from !== "")
  await migrateLedger({
    from,
    to,
    onProgress: (progress: MigrationProgress) => {
      if (progress.step !== step || ++seen !== Number(count)) return;
      if (seen % 2 === 1) die();
      else setImmediate(die);
    },
  });

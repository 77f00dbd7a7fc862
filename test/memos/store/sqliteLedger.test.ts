import { join } from "node:path";
import { openLedger } from "../../../memos/store/sql/openLedger.js";
import { atEnd, temporaryFolder } from "../support.js";
import { ledgerContract } from "./ledgerContract.js";

ledgerContract("SQLite", async (t) => {
  const file = join(await temporaryFolder(t), "ledger.db");
  const connect = async () => {
    const ledger = await openLedger({ file, readOnly: false, maxBytes: undefined });
    atEnd(t, () => ledger.close());
    return ledger;
  };
  return { ledger: await connect(), other: await connect() };
});

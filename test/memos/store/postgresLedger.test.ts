import { postgresAddress } from "../../../memos/store/sql/postgres/address.js";
import { openLedger } from "../../../memos/store/sql/openLedger.js";
import { atEnd, temporaryFolder } from "../support.js";
import { ledgerContract } from "./ledgerContract.js";

const url = process.env["MEMOS_TEST_POSTGRES"] ?? "";
ledgerContract("Postgres", async (t) => {
  const address = postgresAddress(`${url}?schema={path}`, await temporaryFolder(t));
  const connect = async () => {
    const ledger = await openLedger({ address, readOnly: false });
    atEnd(t, () => ledger.close());
    return ledger;
  };
  return { ledger: await connect(), other: await connect() };
});

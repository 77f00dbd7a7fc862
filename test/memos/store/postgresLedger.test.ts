import { after } from "node:test";
import { openLedger } from "../../../memos/store/sql/openLedger.js";
import { postgresAddress } from "../../../memos/store/sql/postgres/address.js";
import { startPostgres, withoutPostgres } from "../../support/postgresServer.js";
import { atEnd, temporaryFolder } from "../support.js";
import { ledgerContract } from "./ledgerContract.js";

const server = await startPostgres({ after }, { fsync: false });

ledgerContract(
  "Postgres",
  async (t) => {
    const address = postgresAddress(`${server?.url}?schema={path}`, await temporaryFolder(t));
    const connect = async () => {
      const ledger = await openLedger({ address, readOnly: false });
      atEnd(t, () => ledger.close());
      return ledger;
    };
    return { ledger: await connect(), other: await connect() };
  },
  withoutPostgres,
);

import assert from "node:assert/strict";
import { after, test } from "node:test";
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

test("a ledger that is closed a second time ends nothing of the next one", {
  skip: withoutPostgres,
}, async (t) => {
  const address = postgresAddress(`${server?.url}?schema={path}`, await temporaryFolder(t));
  const first = await openLedger({ address, readOnly: false });
  await first.close();
  const next = await openLedger({ address, readOnly: false });
  atEnd(t, () => next.close());
  await first.close();
  assert.deepEqual(await next.backlog(), []);
});

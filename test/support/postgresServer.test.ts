import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { type PostgresServer, startPostgres, withoutPostgres } from "./postgresServer.js";

/** What the server answers to a plain start of the protocol, version 3: `R` asks for a password. */
function greeting({ port }: PostgresServer): Promise<Buffer> {
  const names = Buffer.from("user\0memos\0database\0postgres\0\0");
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + names.length, 0);
  head.writeInt32BE(3 << 16, 4);
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.concat([head, names])));
    socket.once("error", reject);
    socket.once("data", (answer: Buffer) => {
      socket.destroy();
      resolve(answer);
    });
  });
}

test("a test's own Postgres asks for a password, and comes back where it was after a crash", {
  skip: withoutPostgres,
}, async (t) => {
  const server = await startPostgres(t, { fsync: false });
  assert.ok(server);
  const { port } = server;
  const asked = await greeting(server);
  assert.equal(asked.toString("latin1", 0, 1), "R");
  assert.match(asked.toString("latin1"), /SCRAM-SHA-256/);
  await server.stop("immediate");
  await assert.rejects(greeting(server), /ECONNREFUSED/);
  await server.restart();
  assert.equal(server.port, port);
  assert.equal((await greeting(server)).toString("latin1", 0, 1), "R");
});

import { type MessagePort, parentPort, receiveMessageOnPort } from "node:worker_threads";
import { isMemosError } from "../../../memcube/index.js";
import { connect } from "./connection.js";
import type { SqlDatabase } from "./database.js";
import { letGo } from "./handles.js";
import { asMemosError } from "./sqlite.js";
import { type SyncLedger, sqlLedger } from "./sqlLedger.js";
import { tenantOf } from "./tenantOf.js";
import {
  type Beginning,
  type Call,
  fromWire,
  type Greeting,
  type Reply,
  type WireError,
} from "./threadProtocol.js";
import { WRITES } from "./writeMethods.js";

/** Commits that wait together share one transaction, and with it one flush to disk. */
const GROUP_LIMIT = 64;

function toWire(error: unknown): WireError {
  const known = asMemosError(error);
  if (isMemosError(known))
    return {
      code: known.code,
      message: known.message,
      ...(known.path === undefined ? {} : { path: known.path }),
    };
  const cause = known instanceof Error ? known : new Error(String(known));
  return {
    code: "INTERNAL",
    message: cause.message,
    ...(cause.stack === undefined ? {} : { stack: cause.stack }),
  };
}

/** Waits to be told what to open; after the ledger was closed, for the next. */
function begin(port: MessagePort): void {
  port.once("message", (beginning: Beginning) => serve(port, beginning));
}

/** Tells that the ledger is closed when nothing of it is open any more, and whether the thread is free for another. */
async function finish(port: MessagePort, reply: Reply): Promise<void> {
  const value = await letGo();
  begin(port);
  port.postMessage("error" in reply ? reply : { id: reply.id, value });
}

/** Runs in the worker: answers calls in order, grouping writes that are already waiting. */
function serve(port: MessagePort, { options, introduction }: Beginning): void {
  let db: SqlDatabase;
  let ledger: SyncLedger;
  try {
    const connection = connect(options, introduction);
    db = connection.db;
    ledger = sqlLedger(connection);
  } catch (error) {
    port.postMessage({ open: false, error: toWire(error) } satisfies Greeting);
    port.close();
    return;
  }
  port.postMessage({ open: true } satisfies Greeting);

  const answer = (call: Call): Reply => {
    try {
      if (call.method === "position") return { id: call.id, value: db.position() };
      db.enter(tenantOf(call.method, call.args));
      const method = ledger[call.method] as (...args: readonly unknown[]) => unknown;
      return { id: call.id, value: method(...call.args) };
    } catch (error) {
      return { id: call.id, error: toWire(error) };
    }
  };

  const alone = (call: Call): Reply => {
    try {
      // A failing call throws out of the transaction, which undoes it.
      return db.transaction(() => {
        const reply = answer(call);
        if ("error" in reply) throw fromWire(reply.error);
        return reply;
      });
    } catch (error) {
      return { id: call.id, error: toWire(error) };
    }
  };

  const group = (calls: readonly Call[]): Reply[] => {
    try {
      return db.transaction(() => {
        const replies = calls.map(answer);
        const failed = replies.find((reply) => "error" in reply);
        if (failed !== undefined) throw new Error("one of the group failed");
        return replies;
      });
    } catch {
      // One bad call must not take the others down: nothing of the group is committed yet, so each runs again alone.
      return calls.map(alone);
    }
  };

  // A connection that only reads answers at once; what would write there is refused by SQLite itself.
  const isWrite = (call: Call) => !options.readOnly && (WRITES as readonly string[]).includes(call.method);
  const receive = (first: Call) => {
    const waiting: Call[] = [first];
    while (waiting.length < GROUP_LIMIT) {
      const next = receiveMessageOnPort(port) as { message: Call } | undefined;
      if (next === undefined) break;
      waiting.push(next.message);
    }
    for (let start = 0; start < waiting.length; ) {
      const call = waiting[start] as Call;
      if (!isWrite(call)) {
        const reply = answer(call);
        if (call.method === "close") {
          port.off("message", receive);
          void finish(port, reply);
        } else port.postMessage(reply);
        start++;
        continue;
      }
      let end = start + 1;
      while (end < waiting.length && isWrite(waiting[end] as Call)) end++;
      const writes = waiting.slice(start, end);
      for (const reply of writes.length === 1 ? [alone(call)] : group(writes)) port.postMessage(reply);
      start = end;
    }
  };
  port.on("message", receive);
}

if (parentPort !== null) begin(parentPort);

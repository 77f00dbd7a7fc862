import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import * as z from "zod";
import { MemosError } from "../../../memcube/index.js";
import {
  type JobView,
  type MemOS,
  type MemosEvent,
  type Scope,
  verifyWebhook,
} from "../../../memos/index.js";
import { collect, gate, openMemos, refused, remember } from "../support.js";

const { memos, path } = await openMemos({ after }, { webhooks: { allowPrivate: true } });
const input = z.strictObject({ number: z.int() });
let tenants = 0;
const newScope = (): Scope => ({ tenant: `tenant ${++tenants}`, user: "ana" });
const kindOf = () => `test.k${++tenants}`;

/** Resolves with the job when it is in one of these states. */
async function reaching(scope: Scope, id: string, ...states: JobView["state"][]): Promise<JobView> {
  const stop = new AbortController();
  for await (const _ of memos.jobs.events(scope, { after: 0, signal: stop.signal })) {
    const job = await memos.jobs.get(id, scope);
    if (!states.includes(job.state)) continue;
    stop.abort();
    return job;
  }
  throw new Error("not reached");
}

test("a job is done with its input, and its result is kept", async () => {
  const scope = newScope();
  const kind = kindOf();
  memos.jobs.handle(kind, { input }, async ({ number }, { progress }) => {
    progress(0.5);
    return { doubled: 2 * number };
  });
  const { id } = await memos.jobs.enqueue(kind, { number: 21 }, scope);
  const job = await reaching(scope, id, "done");
  assert.deepEqual([job.result, job.attempts, job.progress, job.failure], [{ doubled: 42 }, 1, 1, null]);
});

test("a handler that always throws is tried again with growing pauses, and then dead; its words are not kept", async () => {
  const scope = newScope();
  const kind = kindOf();
  memos.jobs.handle(kind, { input }, async () => {
    throw new Error("the password is hunter2");
  });
  const { id } = await memos.jobs.enqueue(kind, { number: 1 }, scope, { attempts: 2 });
  const waiting = await reaching(scope, id, "delayed");
  assert.equal(waiting.failure?.code, "INTERNAL");
  assert.doesNotMatch(JSON.stringify(waiting), /hunter2/);
  const dead = await reaching(scope, id, "dead");
  assert.equal(dead.attempts, 2);
  assert.deepEqual((await memos.jobs.barrier(scope)).dead, [id]);
  assert.equal((await memos.jobs.list(scope, { states: ["dead"] })).jobs.length, 1);
});

test("an input that the handler refuses is dead at once: it would not be better the next time", async () => {
  const scope = newScope();
  const kind = kindOf();
  memos.jobs.handle(kind, { input }, async () => {
    throw new MemosError("NOT_FOUND", "There is no such memory.");
  });
  const { id } = await memos.jobs.enqueue(kind, { number: 1 }, scope);
  assert.equal((await reaching(scope, id, "dead")).failure?.code, "NOT_FOUND");
});

test("what a job adds under its own key is there once, however often it is done", async () => {
  const scope = newScope();
  const kind = kindOf();
  let times = 0;
  memos.jobs.handle(kind, { input }, async (_, { idempotencyKey, attempt }) => {
    times++;
    await memos.add("The walrus is grey.", scope, { idempotencyKey });
    if (attempt === 1) throw new Error("after the effect");
  });
  const { id } = await memos.jobs.enqueue(kind, { number: 1 }, scope);
  await reaching(scope, id, "done");
  assert.equal(times, 2);
  assert.equal((await memos.list(scope)).cubes.length, 1);
});

test("a barrier waits for the jobs of its scope that are there, and for no other", async () => {
  const scope = newScope();
  const kind = kindOf();
  const held = gate();
  memos.jobs.handle(kind, { input }, () => held.opened);
  const { id } = await memos.jobs.enqueue(kind, { number: 1 }, scope);
  const open = await memos.jobs.barrier(scope, { timeoutMs: 0 });
  assert.deepEqual([open.reached, open.open], [false, 1]);
  assert.equal((await memos.jobs.barrier({ ...scope, user: "bram" })).reached, true);
  const reached = memos.jobs.barrier(scope);
  held.open();
  assert.equal((await reached).reached, true);
  assert.equal((await memos.jobs.get(id, scope)).state, "done");
  const stop = AbortSignal.abort();
  await assert.rejects(memos.jobs.barrier(scope, { signal: stop }), refused("ABORTED"));
});

test("a job that is called off while it runs is told so", async () => {
  const scope = newScope();
  const kind = kindOf();
  const begun = gate();
  const told = gate();
  memos.jobs.handle(kind, { input }, async (_, { signal }) => {
    signal.addEventListener("abort", told.open);
    begun.open();
    await told.opened;
  });
  const { id } = await memos.jobs.enqueue(kind, { number: 1 }, scope);
  await begun.opened;
  assert.equal((await memos.jobs.cancel(id, scope)).state, "cancelled");
  await told.opened;
  await assert.rejects(memos.jobs.cancel(id, scope), refused("CONFLICT"));
  assert.equal((await memos.jobs.get(id, scope)).state, "cancelled");
});

test("closing gives back what runs, and another process does it", async (t) => {
  const scope = newScope();
  const kind = kindOf();
  const { memos: first } = await openMemos(t, { path });
  const begun = gate();
  first.jobs.handle(kind, { input }, async (_, { signal }) => {
    begun.open();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
  });
  const { id } = await first.jobs.enqueue(kind, { number: 1 }, scope);
  await begun.opened;
  await first.close();
  assert.deepEqual(
    [(await memos.jobs.get(id, scope)).state, (await memos.jobs.get(id, scope)).attempts],
    ["waiting", 0],
  );
  memos.jobs.handle(kind, { input }, async () => "elsewhere");
  assert.equal((await reaching(scope, id, "done")).result, "elsewhere");
});

test("events tell in order what happened, without what was said, and go on from where a reader stopped", async () => {
  const scope = newScope();
  const id = await remember(memos, "The walrus is grey.", scope);
  await memos.update(id, { text: "The walrus is pink." }, scope);
  await memos.lifecycle.freeze(id, scope);
  await memos.forget(id, scope);
  const all = await collect(memos.jobs.events(scope, { after: 0, follow: false }));
  assert.deepEqual(
    all.map(({ kind, subject }) => [kind, subject]),
    ["memory.add", "memory.update", "memory.freeze", "memory.forget"].map((kind) => [kind, id]),
  );
  assert.doesNotMatch(JSON.stringify(all), /walrus/);
  const rest = await collect(memos.jobs.events(scope, { after: all[1]?.sequence, follow: false }));
  assert.deepEqual(rest, all.slice(2));
  assert.deepEqual(await collect(memos.jobs.events(newScope(), { after: 0, follow: false })), []);
  const frozen = memos.jobs.events(scope, { after: 0, kinds: ["memory.freeze"], follow: false });
  assert.equal((await collect(frozen)).length, 1);
});

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A target that answers as it is told; each request in turn. */
async function target(
  t: { after(end: () => void): void },
  answer: (delivery: Delivery) => number | Promise<number>,
) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", async () => {
      response.statusCode = await answer({ headers: request.headers, body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const sent = ({ body }: Delivery) => (JSON.parse(body) as { events: MemosEvent[] }).events;

test("a webhook is told what happens, signed, and again after a failure", async (t) => {
  const scope = newScope();
  const deliveries: Delivery[] = [];
  const taken = gate();
  const url = await target(t, (delivery) => {
    deliveries.push(delivery);
    if (deliveries.length === 1) return 500;
    taken.open();
    return 204;
  });
  const { secret, id } = await memos.webhooks.add({ url, kinds: ["memory.*"] }, scope);
  const cube = await remember(memos, "The walrus is grey.", scope);
  await taken.opened;
  const [first, second] = deliveries as [Delivery, Delivery];
  assert.deepEqual(
    sent(second).map(({ kind, subject }) => [kind, subject]),
    [["memory.add", cube]],
  );
  assert.equal(first.headers["webhook-id"], second.headers["webhook-id"], "a repetition can be told");
  const headers = second.headers as Record<string, string>;
  assert.equal(verifyWebhook(secret, headers, second.body), true);
  assert.equal(verifyWebhook(secret, headers, `${second.body} `), false);
  assert.equal(verifyWebhook(secret, headers, second.body, Date.now() + 3_600_000), false, "too old");
  assert.doesNotMatch(second.body, /walrus/);
  assert.equal(JSON.stringify(await memos.webhooks.list(scope)).includes(secret), false);
  await memos.webhooks.remove(id, scope);
  await assert.rejects(memos.webhooks.remove(id, scope), refused("NOT_FOUND"));
});

test("a target that hangs holds up nobody else", async (t) => {
  const [stuck, free] = [newScope(), newScope()];
  const [asked, never, taken] = [gate(), gate(), gate()];
  const hanging = await target(t, async () => {
    asked.open();
    await never.opened;
    return 204;
  });
  const prompt = await target(t, () => {
    taken.open();
    return 204;
  });
  await memos.webhooks.add({ url: hanging, kinds: ["memory.*"] }, stuck);
  await memos.webhooks.add({ url: prompt, kinds: ["memory.*"] }, free);
  await remember(memos, "The walrus waits.", stuck);
  await asked.opened;
  await remember(memos, "The walrus goes on.", free);
  await taken.opened;
  never.open();
});

test("a webhook of one tenant hears nothing of another, and only of the kinds it asked for", async (t) => {
  const [mine, other] = [newScope(), newScope()];
  const heard: string[] = [];
  const taken = gate();
  const url = await target(t, (delivery) => {
    heard.push(...sent(delivery).map(({ kind }) => kind));
    taken.open();
    return 200;
  });
  await memos.webhooks.add({ url, kinds: ["memory.forget"] }, mine);
  await memos.forget(await remember(memos, "The walrus sings.", other), other);
  await memos.forget(await remember(memos, "The walrus is grey.", mine), mine);
  await taken.opened;
  assert.deepEqual(heard, ["memory.forget"]);
});

test("an address in a private network is refused, also one that a name leads to", async (t) => {
  const { memos: strict } = await openMemos(t);
  const scope = newScope();
  for (const url of [
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://10.1.2.3/",
    "http://169.254.169.254/",
    "http://[::ffff:10.0.0.1]/",
  ])
    await assert.rejects(
      strict.webhooks.add({ url, kinds: ["memory.*"] }, scope),
      refused("INVALID_INPUT"),
      url,
    );
  for (const url of ["ftp://example.com", "file:///etc/passwd", "not a url"])
    await assert.rejects(
      strict.webhooks.add({ url, kinds: ["memory.*"] }, scope),
      refused("INVALID_INPUT"),
      url,
    );
});

test("bad input is refused and leaves nothing behind", async () => {
  const scope = newScope();
  const bad: [kind: string, input: unknown, options: object][] = [
    ["Not A Kind", {}, {}],
    ["test.k", { text: "x".repeat(20_000) }, {}],
    ["test.k", {}, { priority: 1_000 }],
    ["test.k", {}, { attempts: 0 }],
    ["test.k", {}, { cubes: ["not an id"] }],
  ];
  for (const [kind, value, options] of bad)
    await assert.rejects(memos.jobs.enqueue(kind, value, scope, options), refused("INVALID_INPUT"));
  assert.deepEqual((await memos.jobs.list(scope)).jobs, []);
});

test("a store that is only read has no workers and takes no jobs", async (t) => {
  const { memos: reader } = await openMemos(t, { path, readOnly: true });
  await assert.rejects((reader as MemOS).jobs.enqueue("test.k", {}, newScope()), refused("READ_ONLY"));
});

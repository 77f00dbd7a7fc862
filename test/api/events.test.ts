import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { problemOf, remember, startServer, startWithKeys } from "./harness.js";

interface Told {
  readonly sequence: number;
  readonly kind: string;
  readonly subject: string;
}

class Listener {
  readonly request: ClientRequest;
  readonly #response: Promise<IncomingMessage>;
  #text = "";

  constructor(address: string, path: string, headers: Record<string, string> = {}) {
    this.request = request(address + path, { headers });
    this.request.on("error", () => undefined);
    this.#response = once(this.request, "response").then(([response]) => {
      const incoming = response as IncomingMessage;
      incoming.setEncoding("utf8").on("data", (part: string) => {
        this.#text += part;
      });
      return incoming;
    });
    this.request.end();
  }

  get response(): Promise<IncomingMessage> {
    return this.#response;
  }

  get events(): Told[] {
    return [...this.#text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? "") as Told);
  }

  get text(): string {
    return this.#text;
  }

  async until(count: number): Promise<Told[]> {
    const response = await this.#response;
    while (this.events.length < count) await once(response, "data");
    return this.events;
  }
}

test("who comes back with the last event misses nothing and is told nothing twice", async (t) => {
  const api = await startServer(t);
  const listener = new Listener(api.address, "/v1/events?user=ana&after=0");
  const first = [await remember(api, "One."), await remember(api, "Two.")];
  const heard = await listener.until(2);
  listener.request.destroy();
  const missed = [await remember(api, "Three."), await remember(api, "Four.")];
  await api.memos.forget(missed[0] ?? "", { tenant: "local" });
  const again = new Listener(api.address, "/v1/events?user=ana", {
    "last-event-id": String(heard.at(-1)?.sequence),
  });
  const later = await again.until(3);
  assert.deepEqual(
    [...heard, ...later].map(({ kind, subject }) => [kind, subject]),
    [...[...first, ...missed].map((id) => ["memory.add", id]), ["memory.forget", missed[0]]],
  );
  assert.ok(!again.text.includes("Three."));
  again.request.destroy();
});

test("a stream of events ends whole as soon as the server closes", async (t) => {
  const api = await startServer(t);
  const listener = new Listener(api.address, "/v1/events?user=ana&after=0");
  const id = await remember(api, "Last words.");
  await listener.until(1);
  const response = await listener.response;
  const end = once(response, "end");
  await api.close();
  await end;
  assert.equal(response.complete, true);
  assert.equal(listener.events[0]?.subject, id);
});

test("a tenant hears nothing of another, nor a principal of what is hidden from it", async (t) => {
  const api = await startWithKeys(t);
  await remember(api, "Of acme.", api.acme);
  const { text } = await api.send("GET", "/v1/events?after=0&follow=false", { headers: api.globex });
  assert.equal(text, "");
  const bob = { kind: "user" as const, id: "bob" };
  const { secret } = await api.memos.keys.create("acme", "bob", { principal: bob });
  await api.memos.governance.grant({
    principal: bob,
    space: { tenant: "acme", user: "ana" },
    actions: ["read"],
    sensitivity: "public",
  });
  const headers = { authorization: `Bearer ${secret}` };
  for (const scope of ["", "user=ana&"])
    problemOf(await api.send("GET", `/v1/events?${scope}after=0&follow=false`, { headers }), 403);
});

test("a right that is taken back ends the stream before the next event", async (t) => {
  const api = await startWithKeys(t);
  const bob = { kind: "user" as const, id: "bob" };
  const { secret } = await api.memos.keys.create("acme", "bob", { principal: bob });
  const space = { tenant: "acme", user: "ana" };
  const grant = await api.memos.governance.grant({
    principal: bob,
    space,
    actions: ["read"],
    sensitivity: "secret",
    visibility: "all",
  });
  const listener = new Listener(api.address, "/v1/events?user=ana&after=0", {
    authorization: `Bearer ${secret}`,
  });
  await api.memos.add("While it is allowed.", space);
  await listener.until(1);
  const end = once(await listener.response, "end");
  await api.memos.governance.revoke(grant.id, "acme");
  await api.memos.add("Afterwards.", space);
  await end;
  assert.equal(listener.events.length, 1);
});

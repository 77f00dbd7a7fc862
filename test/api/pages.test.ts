import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Script } from "node:vm";
import { html, inline } from "../../api/pages/html.js";
import { ROUTES } from "../../api/routes.js";
import { type Harness, startServer } from "./harness.js";

async function pageOf(api: Harness, path: string): Promise<{ text: string; policy: string }> {
  const answer = await api.send("GET", path);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
  return { text: answer.text, policy: answer.headers.get("content-security-policy") ?? "" };
}

function partOf(text: string, tag: "style" | "script"): string {
  return text.slice(text.indexOf(`<${tag}>`) + tag.length + 2, text.indexOf(`</${tag}>`));
}

test("the pages load nothing and run only their own script", async (t) => {
  const api = await startServer(t);
  for (const path of ["/start", "/docs"]) {
    const { text, policy } = await pageOf(api, path);
    assert.ok(!/(src|href|action)="(https?:)?\/\//.test(text));
    assert.ok(!/ (style|on\w+)="/.test(text));
    for (const tag of ["style", "script"] as const) {
      const hash = createHash("sha256").update(partOf(text, tag)).digest("base64");
      assert.ok(policy.includes(`${tag}-src 'sha256-${hash}'`), policy);
    }
    assert.ok(policy.startsWith("default-src 'none'"));
    assert.ok(new Script(partOf(text, "script")));
  }
});

test("the documentation shows every route with a form and every link leads somewhere", async (t) => {
  const api = await startServer(t);
  const { text } = await pageOf(api, "/docs");
  for (const route of ROUTES) {
    assert.ok(text.includes(`id="${route.operationId}"`), route.operationId);
    assert.ok(text.includes(`data-method="${route.method}" data-path="${route.path}"`), route.path);
  }
  const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(target), target);
});

test("the start page leads to the viewer and the documentation and has three things to try", async (t) => {
  const api = await startServer(t);
  const { text } = await pageOf(api, "/start");
  assert.ok(text.includes('href="/"'));
  assert.ok(text.includes('href="/docs"'));
  assert.equal(text.match(/<form /g)?.length, 3);
  assert.ok(!text.includes('id="key"'));
  const withKeys = await startServer(t, {});
  assert.ok((await pageOf(withKeys, "/start")).text.includes('id="key"'));
});

test("values in a page are escaped", () => {
  assert.equal(html`<p>${`<a href="x">&'`}</p>`.source, "<p>&lt;a href=&quot;x&quot;&gt;&amp;&#39;</p>");
  assert.equal(inline("`<b>` and **strong**").source, "<code>&lt;b&gt;</code> and <strong>strong</strong>");
});

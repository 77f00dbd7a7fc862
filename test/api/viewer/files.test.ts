import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { VIEWER_FOLDER } from "../../../api/viewer/files.js";
import { SCREENS } from "../../../api/viewer/screens.js";
import { viewerHandlers } from "../../../api/viewer/serve.js";
import { isMemosError } from "../../../memcube/index.js";
import { startServer, UNKNOWN_ID } from "../harness.js";

/** Bytes, gzipped, of what is loaded before the first screen is there. */
const FIRST_LOAD = 250 * 1000;

const api = await startServer({ after }, {});

/** A request that undoes no encoding, as `fetch` would. */
function raw(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(api.address + path, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .once("error", reject)
      .end();
  });
}

/** The files that a page names. */
function namedIn(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] as string);
}

test("the page is there at / and at every screen, without a key", async () => {
  const first = (await raw("/")).body.toString();
  assert.ok(namedIn(first).length >= 2, "it names a script and a style");
  for (const path of [...SCREENS.map((screen) => `/view/${screen}`), `/view/memory/${UNKNOWN_ID}`]) {
    const { status, headers, body } = await raw(`${path}?user=ana&q=x`);
    assert.equal(status, 200, path);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal(body.toString(), first);
  }
  for (const path of ["/view", "/view/", "/view/nothing", "/view/memory", "/assets/", "/assets/nothing.js"])
    assert.equal((await raw(path)).status, 404, path);
});

test("the page may run its own script and nothing else, and be put into no other page", async () => {
  const { headers, body } = await raw("/");
  const policy = String(headers["content-security-policy"]).split("; ");
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ])
    assert.ok(policy.includes(rule), rule);
  assert.ok(!policy.join().includes("unsafe"));
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["cache-control"], "no-cache");
  const html = body.toString();
  assert.ok(!/<script(?![^>]*\ssrc=)/.test(html), "no inline script");
  assert.ok(
    !/<style|\son\w+=|\sstyle=|https?:\/\//.test(html),
    "no inline style, handler or foreign address",
  );
});

test("files are sent compressed as the client can read them, and kept for good under their hash", async () => {
  for (const path of namedIn((await raw("/")).body.toString())) {
    const plain = await raw(path);
    assert.equal(plain.headers["content-encoding"], undefined);
    const gzip = await raw(path, { "accept-encoding": "gzip" });
    const br = await raw(path, { "accept-encoding": "gzip, deflate, br" });
    assert.equal(gzip.headers["content-encoding"], "gzip");
    assert.equal(br.headers["content-encoding"], "br");
    assert.deepEqual(gunzipSync(gzip.body), plain.body);
    assert.deepEqual(brotliDecompressSync(br.body), plain.body);
    for (const { headers } of [plain, gzip, br]) {
      assert.equal(headers["vary"], "accept-encoding");
      assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["content-length"] === undefined, false);
    }
    const refused = await raw(path, { "accept-encoding": "br;q=0, gzip;q=0" });
    assert.equal(refused.headers["content-encoding"], undefined);
    const again = await raw(path, { "if-none-match": String(plain.headers["etag"]) });
    assert.equal(again.status, 304);
    assert.equal(again.body.length, 0);
    const head = await raw(path, {}, "HEAD");
    assert.equal(head.body.length, 0);
    assert.equal(head.headers["content-length"], String(plain.body.length));
  }
});

test("no path leads out of the folder of the viewer", async () => {
  for (const path of ["/assets/..%2findex.html", "/assets/%2e%2e%2f.viewer-built", "/assets/..\\index.html"])
    assert.ok([400, 404].includes((await raw(path)).status), path);
});

test("what is loaded at first stays small; what draws the graph is loaded with the graph", async () => {
  const html = await raw("/", { "accept-encoding": "gzip" });
  const names = namedIn(gunzipSync(html.body).toString());
  const sizes = await Promise.all(
    names.map(async (path) => (await raw(path, { "accept-encoding": "gzip" })).body.length),
  );
  const first = html.body.length + sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(first < FIRST_LOAD, `${first} bytes`);
  const files = await readdir(join(VIEWER_FOLDER, "assets"));
  const later = files.filter((file) => file.endsWith(".js") && !names.includes(`/assets/${file}`));
  assert.equal(later.length, 1);
  const sources = await Promise.all(
    [later[0] as string, ...names.filter((name) => name.endsWith(".js")).map((name) => name.slice(8))].map(
      (name) => readFile(join(VIEWER_FOLDER, "assets", name), "utf8"),
    ),
  );
  assert.deepEqual(
    sources.map((source) => source.includes("webgl2") && source.includes("gl_Position")),
    [true, false],
  );
});

test("a server whose viewer was not built says what to do", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "memos-viewer-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const at of [folder, join(folder, "nowhere")]) {
    const page = viewerHandlers(at).find(({ path }) => path === "/");
    await assert.rejects(
      async () => page?.handler({} as never, {} as never),
      (error) => isMemosError(error, "NOT_FOUND") && error.remedy.includes("npm run setup"),
    );
  }
});

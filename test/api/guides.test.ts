import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startServer } from "./harness.js";

const root = new URL("../../../", import.meta.url);
const api = await startServer({ after }, {});
const { text, headers, status } = await api.send("GET", "/llms.txt");
const links = [...text.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)(: .+)?$/gm)].map(
  ([, title = "", target = "", about = ""]) => ({ title, target, about }),
);

test("llms.txt is served to everybody as it is in the repository, in the form of llmstxt.org", async () => {
  assert.equal(status, 200);
  assert.equal(headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(text, await readFile(new URL("llms.txt", root), "utf8"));
  const lines = text.split("\n").filter((line) => line !== "");
  assert.match(lines[0] ?? "", /^# \S/);
  assert.match(lines[1] ?? "", /^> \S/);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("#")),
    ["# MemOS", "## Use it", "## Clients that exist", "## How it works", "## Measure", "## Operate"],
  );
  // From the first section on there is nothing but links.
  const sections = lines.slice(lines.indexOf("## Use it")).filter((line) => !line.startsWith("## "));
  assert.equal(sections.length, links.length);
});

test("every guide is linked once, and described in one line", async () => {
  const guides = (await readdir(fileURLToPath(new URL("docs", root)))).filter((name) => name.endsWith(".md"));
  const linked = links.map(({ target }) => target).filter((target) => target.startsWith("docs/"));
  assert.deepEqual(linked.sort(), guides.map((name) => `docs/${name}`).sort());
  for (const { title, about } of links) assert.match(about, /^: \S.{20,}$/, title);
});

test("every link is answered by the server that llms.txt came from", async () => {
  for (const { target } of links) {
    const answer = await fetch(new URL(target, `${api.address}/llms.txt`));
    assert.equal(answer.status, 200, target);
    if (!target.endsWith(".md")) continue;
    assert.equal(answer.headers.get("content-type"), "text/markdown; charset=utf-8");
    assert.equal(await answer.text(), await readFile(new URL(target, root), "utf8"));
  }
});

/** The status of a path that is sent byte for byte: `fetch` and `URL` would tidy it. */
function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${api.address}/`, { path }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode));
    })
      .once("error", reject)
      .end();
  });
}

test("nothing else of the package is reached by a path", async () => {
  for (const path of [
    "/docs/../package.json",
    "/docs/..%2fpackage.json",
    "/docs/%2e%2e/README.md",
    "/docs/%2e%2e%2fREADME.md",
    "/docs/..%5cREADME.md",
    "/docs/....//README.md",
    "/docs//README.md",
    "/docs/guide.md%00.png",
    "/docs/guide.md/",
    "/docs/guide",
    "/docs/GUIDE.md",
    "/docs/nothing.md",
    "/docs/pictures/states.svg",
    "/docs/decisions/",
    "/llms.txt/../package.json",
    "/package.json",
  ])
    assert.equal(await statusOf(path), 404, path);
});

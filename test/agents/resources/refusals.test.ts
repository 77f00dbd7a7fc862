import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, open, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { ingestResource, type ResourceLimits, type ResourceSource } from "../../../agents/resources/index.js";
import { type ErrorCode, MemOS } from "../../../memos/index.js";
import { allOf, refused, temporaryFolder, WordEmbedder } from "../../memos/support.js";
import { docx, paragraph, pdf } from "./support.js";

const SCOPE = { tenant: "acme", user: "ana" };
const lifetime = { after };
const folder = await temporaryFolder(lifetime);
const memos = await MemOS.open({ path: join(folder, "store"), embedder: new WordEmbedder() });
after(() => memos.close());

/** Ingests what must be refused, and looks that nothing was written. */
async function refuses(
  source: ResourceSource,
  code: ErrorCode,
  limits: Partial<ResourceLimits> = {},
): Promise<string> {
  let message = "";
  await assert.rejects(ingestResource(memos, source, SCOPE, { limits }), (error: Error) => {
    message = error.message;
    return refused(code)(error);
  });
  assert.deepEqual(await allOf(memos, SCOPE), []);
  assert.equal((await memos.stats(SCOPE)).forgotten, 0);
  return message;
}

const named = (name: string, content: string | Uint8Array) => ({
  name,
  bytes: typeof content === "string" ? Buffer.from(content) : content,
});

test("a path that leads to no file is refused: nothing, a folder, a link to nowhere, a link to itself", async () => {
  await refuses(join(folder, "missing.md"), "INVALID_INPUT");
  await refuses(folder, "INVALID_INPUT");
  await refuses(`${folder}/a\u0000b.md`, "INVALID_INPUT");
  await symlink(join(folder, "missing"), join(folder, "nowhere.md"));
  assert.match(await refuses(join(folder, "nowhere.md"), "INVALID_INPUT"), /link that leads nowhere/);
  await symlink(join(folder, "itself.md"), join(folder, "itself.md"));
  await refuses(join(folder, "itself.md"), "INVALID_INPUT");
});

test("devices, pipes and sockets are refused without waiting for them", async (t) => {
  if (process.platform === "win32") return t.skip("no devices in the file system");
  await refuses("/dev/zero", "INVALID_INPUT");
  await refuses("/dev/null", "INVALID_INPUT");
  const pipe = join(folder, "pipe.txt");
  execFileSync("mkfifo", [pipe]);
  await refuses(pipe, "INVALID_INPUT");
  const socket = join(folder, "socket.txt");
  const server = createServer().listen(socket);
  await new Promise((resolve) => server.once("listening", resolve));
  await refuses(socket, "INVALID_INPUT");
  await new Promise((resolve) => server.close(resolve));
});

test("a link to a file is read like the file", async () => {
  await mkdir(join(folder, "links"));
  await writeFile(join(folder, "links", "real.txt"), "");
  await symlink(join(folder, "links", "real.txt"), join(folder, "links", "link.txt"));
  assert.match(await refuses(join(folder, "links", "link.txt"), "DOCUMENT_INVALID"), /is empty/);
});

test("a file that may not be read is refused", async (t) => {
  const path = join(folder, "private.txt");
  await writeFile(path, "text");
  await chmod(path, 0o000);
  const readable = await open(path).then(
    (handle) => handle.close().then(() => true),
    () => false,
  );
  if (readable) return t.skip("this user may read everything");
  await refuses(path, "INVALID_INPUT");
});

test("a file of 300 MB is refused before it is read, and a stream of them when it is over the limit", async () => {
  const path = join(folder, "huge.pdf");
  await writeFile(path, "%PDF-1.4\n");
  await truncate(path, 300 * 1024 * 1024);
  assert.match(await refuses(path, "TOO_LARGE"), /larger than 268435456 bytes/);
  await rm(path);
  let given = 0;
  const endless = (async function* () {
    for (;;) {
      given += 1024 * 1024;
      yield Buffer.alloc(1024 * 1024, "x");
    }
  })();
  await refuses({ name: "endless.txt", stream: endless }, "TOO_LARGE", { fileBytes: 8 * 1024 * 1024 });
  assert.ok(given <= 10 * 1024 * 1024);
});

test("an empty document, and one of white space, are refused", async () => {
  await refuses(named("empty.md", ""), "DOCUMENT_INVALID");
  await refuses(named("blank.txt", " \n\n \t\n"), "DOCUMENT_INVALID");
});

test("a source that is none is refused", async () => {
  await refuses(7 as unknown as ResourceSource, "INVALID_INPUT");
  await refuses({ name: "x.txt" } as unknown as ResourceSource, "INVALID_INPUT");
  const words = (async function* () {
    yield "not bytes";
  })() as unknown as AsyncIterable<Uint8Array>;
  await refuses({ name: "x.txt", stream: words }, "INVALID_INPUT");
  await refuses({ name: "../x\n.txt", bytes: Buffer.from("text") }, "INVALID_INPUT");
});

test("a corrupt PDF, a zip bomb and bytes that are no text are refused with nothing written", async () => {
  await refuses(named("x.pdf", `%PDF-1.4\n${"junk ".repeat(100)}`), "DOCUMENT_INVALID");
  const bomb = { "word/media/bomb.xml": { content: Buffer.alloc(50_000_000, " ") } };
  await refuses(named("bomb.docx", docx(paragraph("small"), bomb)), "TOO_LARGE");
  await refuses(named("x.txt", Buffer.from([1, 0, 2])), "DOCUMENT_INVALID");
});

test("a document that goes over a limit after many good pages leaves nothing behind", async () => {
  const pages = Array.from({ length: 200 }, (_, index) => ({ lines: [`Page ${index} of a report.`] }));
  await refuses(named("x.pdf", pdf(pages)), "TOO_LARGE", { chunks: 150 });
});

test("a reader that needs too much time or memory is ended", async () => {
  const html = named("x.html", `<p>${"word ".repeat(200_000)}</p>`);
  assert.match(await refuses(html, "DOCUMENT_INVALID", { pageSeconds: 0.001 }), /within 0.001 seconds/);
  await refuses(html, "TOO_LARGE", { processBytes: 1024 * 1024 });
  if (process.platform === "linux") await refuses(html, "TOO_LARGE", { processBytes: 8 * 1024 * 1024 });
});

test("a file that changes while it is read is refused", async () => {
  const path = join(folder, "moving.txt");
  await writeFile(path, "one\n\ntwo\n");
  const ingest = ingestResource(memos, path, SCOPE, {
    limits: { chunkCharacters: 5 },
    onProgress: () => void truncate(path, 4),
  });
  await assert.rejects(ingest, refused("CONFLICT"));
  assert.deepEqual(await allOf(memos, SCOPE), []);
});

test("a cancelled reading writes nothing", async () => {
  const controller = new AbortController();
  const ingest = ingestResource(memos, named("x.txt", "text"), SCOPE, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await assert.rejects(ingest, refused("ABORTED"));
  assert.deepEqual(await allOf(memos, SCOPE), []);
});

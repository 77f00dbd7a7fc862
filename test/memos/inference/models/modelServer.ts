import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { atEnd, type Lifetime } from "../../support.js";

export interface Behaviour {
  /** Breaks the connection after so many bytes of the answer, for so many requests. */
  breakAfter?: { bytes: number; times: number };
  /** Answers every request from the beginning. */
  ignoreRange?: boolean;
  /** Of the file; another one means another file. */
  etag?: string;
  /** Sent along as Hugging Face does, with a redirection. */
  linkedSha256?: string;
  status?: number;
  /** Sends the first bytes and then nothing. */
  stall?: boolean;
}

/** A server with one file, which behaves as badly as it is told to. */
export async function startModelServer(t: Lifetime, bytes: Buffer, behaviour: Behaviour = {}) {
  const requests: IncomingMessage[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    const { etag = '"one"', linkedSha256, status, ignoreRange, breakAfter, stall } = behaviour;
    if (status !== undefined) return void response.writeHead(status).end();
    if (linkedSha256 !== undefined && request.url === "/model.gguf")
      return void response
        .writeHead(302, { location: "/elsewhere/model.gguf", "x-linked-etag": `"${linkedSha256}"` })
        .end();
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    const ranged = asked !== undefined && ignoreRange !== true && request.headers["if-range"] === etag;
    const start = ranged ? Number(asked) : 0;
    if (start >= bytes.length) return void response.writeHead(416).end();
    response.writeHead(ranged ? 206 : 200, {
      etag,
      "content-length": bytes.length - start,
      ...(ranged ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (stall === true) return void response.write(bytes.subarray(start, start + 10));
    if (breakAfter === undefined || breakAfter.times === 0) return void response.end(bytes.subarray(start));
    breakAfter.times--;
    response.write(bytes.subarray(start, start + breakAfter.bytes), () => response.destroy());
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  atEnd(t, close);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/model.gguf`, requests, behaviour, close };
}

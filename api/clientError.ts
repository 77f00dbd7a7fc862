import { randomUUID } from "node:crypto";
import type { Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HttpError, PROBLEM_MEDIA_TYPE, toProblem } from "./problem.js";

function answerTo(code: string | undefined): HttpError {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new HttpError("ABORTED", "The headers were not complete in time.", {
      status: 408,
      title: "Request Timeout",
      remedy: "Send the request again.",
    });
  if (code === "HPE_HEADER_OVERFLOW")
    return new HttpError("TOO_LARGE", "The URL and the headers are too long together.", {
      status: 431,
      title: "Request Header Fields Too Large",
      remedy: "Put the input into a request body where the route has one.",
    });
  return new HttpError("INVALID_INPUT", "This is not an HTTP request.", {
    status: 400,
    title: "Bad Request",
    remedy: "Speak HTTP/1.1.",
  });
}

/** Answers what never becomes a request, in the same form as every other error. */
export function answerClientErrors(server: Server): void {
  const responses = new WeakMap<Duplex, ServerResponse>();
  server.on("request", (request, response) => responses.set(request.socket, response));
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    const response = responses.get(socket);
    // In the middle of an answer another one would be read as its continuation.
    const answering = response?.headersSent === true && !response.writableFinished;
    if (answering || !socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const requestId = randomUUID();
    const problem = toProblem(answerTo(error.code), { requestId });
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      `content-type: ${PROBLEM_MEDIA_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-request-id: ${requestId}`,
      "connection: close",
    ];
    socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
}

import type { Request, Response } from "express";
import { HttpError } from "../problem.js";
import type { Handler } from "../routeHandler.js";
import { type BuiltFile, builtFiles, VIEWER_FOLDER } from "./files.js";
import { MEMORY_SCREEN, SCREENS } from "./screens.js";

/**
 * The page runs its own script and nothing else, talks to this server and to no other, and no text can become
 * markup: the browser refuses to parse any (Trusted Types).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HASHED = "public, max-age=31536000, immutable";

function send(request: Request, response: Response, file: BuiltFile, headers: Record<string, string>): void {
  // The smallest that the client can read, whichever it names first.
  const encoding = (["br", "gzip"] as const).find((name) => request.acceptsEncodings(name)) ?? "identity";
  response.set({ ...headers, vary: "accept-encoding", etag: file.etag });
  if (request.get("if-none-match") === file.etag) {
    response.status(304).end();
    return;
  }
  const body = file.encodings[encoding];
  if (encoding !== "identity") response.set("content-encoding", encoding);
  response.set({ "content-type": file.type, "content-length": String(body.length) }).end(body);
}

/** The handlers of the viewer: its page at `/` and at every screen, and its files. */
export function viewerHandlers(folder = VIEWER_FOLDER): readonly { path: string; handler: Handler }[] {
  let loaded: Promise<ReadonlyMap<string, BuiltFile>> | undefined;
  const fileOf = async (name: string): Promise<BuiltFile | undefined> => {
    loaded ??= builtFiles(folder);
    return (await loaded).get(name);
  };

  const page: Handler = async (request, response) => {
    const file = await fileOf("index.html");
    if (file === undefined)
      throw new HttpError("NOT_FOUND", "The viewer is not built.", {
        status: 404,
        title: "Not found",
        remedy: "Run `npm run setup`, then start the server again. The API is at /docs.",
      });
    send(request, response, file, {
      "cache-control": "no-cache",
      "content-security-policy": POLICY,
      "referrer-policy": "no-referrer",
    });
  };

  const asset: Handler = async (request, response) => {
    const file = await fileOf(`assets/${request.params["file"]}`);
    if (file === undefined)
      throw new HttpError("NOT_FOUND", "The viewer has no such file.", {
        status: 404,
        title: "Not found",
        remedy: "Load the page again: it names the files of the version that runs.",
      });
    send(request, response, file, { "cache-control": HASHED });
  };

  const pages = ["/", ...SCREENS.map((screen) => `/view/${screen}`), `/view/${MEMORY_SCREEN}/{id}`];
  return [...pages.map((path) => ({ path, handler: page })), { path: "/assets/{file}", handler: asset }];
}

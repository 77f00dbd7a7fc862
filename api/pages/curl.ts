import type { Operation } from "./operation.js";

/** Replaced by the page's own origin in the browser. */
const ORIGIN = "http://127.0.0.1:7077";

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The text of a body's example; NDJSON has an example a line. */
export function bodyExample(body: NonNullable<Operation["body"]>): string {
  const { example, examples = {} } = body.content;
  if (example !== undefined) return JSON.stringify(example, null, 2);
  return Object.values(examples)
    .flatMap((line) => ("value" in line ? [JSON.stringify(line.value)] : []))
    .join("\n");
}

/** An operation with its examples as a command line that runs as it stands. */
export function curl(entry: Operation, development: boolean): string {
  const values = entry.parameters.filter(({ example }) => example !== undefined);
  const path = values
    .filter((parameter) => parameter.in === "path")
    .reduce((text, { name, example }) => text.replace(`{${name}}`, String(example)), entry.path);
  const query = values
    .filter((parameter) => parameter.in === "query")
    .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`)
    .join("&");
  const url = ORIGIN + path + (query === "" ? "" : `?${query}`);
  const open = entry.operation.security?.length === 0;
  return [
    `curl ${entry.method === "GET" || entry.body !== undefined ? "" : `-X ${entry.method} `}${quoted(url)}`,
    ...(entry.method === "PATCH" ? ["-X PATCH"] : []),
    ...(development || open ? [] : ['-H "Authorization: Bearer $MEMOS_API_KEY"']),
    ...(entry.body === undefined
      ? []
      : [
          `-H ${quoted(`Content-Type: ${entry.body.mediaType}`)}`,
          `--data-binary ${quoted(bodyExample(entry.body))}`,
        ]),
  ].join(" \\\n  ");
}

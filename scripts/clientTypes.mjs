// Writes what `memos/client` knows of the REST API, from the OpenAPI document: `npm run client:types`, after a
// change of a route. With `--check` nothing is written, and what is out of date is an error.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "api", "client", "generated");
const check = process.argv.includes("--check");
const NOTE = "// Made of the OpenAPI document by `npm run client:types`. Do not edit.\n";

if (!check)
  // The document comes from the compiled routes. Code that uses a route which is gone does not compile and yet is
  // emitted, so what the compiler says is left to the next build.
  spawnSync(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", root], {
    cwd: root,
  });

// The generator prints with the compiler's old interface, which TypeScript 7 does not have.
const printer = import.meta.resolve("@ts-morph/common");
const shim = `data:text/javascript,${encodeURIComponent(
  `import common from ${JSON.stringify(printer)}; export default common.ts;`,
)}`;
register(
  `data:text/javascript,${encodeURIComponent(
    `export const resolve = (name, context, next) => name === "typescript" ? { url: ${JSON.stringify(shim)}, shortCircuit: true } : next(name, context);`,
  )}`,
);
const { default: openapiTS, astToString } = await import("openapi-typescript");
const { openApiDocument } = await import(pathToFileURL(join(root, "dist", "api", "openapi.js")).href);
const document = JSON.parse(JSON.stringify(openApiDocument()));
// Every error is a Problem, and examples are for people: without them the types are a quarter as long.
for (const methods of Object.values(document.paths))
  for (const operation of Object.values(methods)) {
    for (const parameter of operation.parameters ?? []) {
      delete parameter.example;
      // What travels as JSON is handed over as it is.
      if (parameter.content !== undefined) parameter.schema = parameter.content["application/json"].schema;
      delete parameter.content;
    }
    for (const media of Object.values(operation.requestBody?.content ?? {})) {
      delete media.example;
      delete media.examples;
    }
    const [[status, { headers: _, ...answer }]] = Object.entries(operation.responses).filter(([key]) =>
      key.startsWith("2"),
    );
    for (const media of Object.values(answer.content)) delete media.example;
    operation.responses = { [status]: answer };
  }
// Any JSON, which refers to itself: the compiler cannot follow that through an index.
for (const name of Object.keys(document.components.schemas))
  if (name.startsWith("__schema")) document.components.schemas[name] = {};

/** How each operation is called: method, path, where its input goes, how it answers, what may be sent again. */
function operations() {
  const rows = [];
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const types = Object.keys(operation.requestBody?.content ?? {});
      const input = types[0] === undefined ? "query" : types[0] === "application/json" ? "json" : "ndjson";
      const [{ content }] = Object.values(operation.responses);
      const [answer] = Object.keys(content);
      const output =
        answer === "text/event-stream" ? "events" : answer === "application/x-ndjson" ? "ndjson" : "json";
      const keyed = (operation.parameters ?? []).some(({ name }) => name === "idempotency-key");
      const again = keyed
        ? "key"
        : input !== "ndjson" && (method === "get" || operation.tags.includes("Read"))
          ? "read"
          : "never";
      const scoped = operation.security?.length !== 0;
      rows.push([operation.operationId, `${method.toUpperCase()} ${path}`, input, output, again, scoped]);
    }
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  const row = ([id, call, input, output, again, scoped]) =>
    `  ${id}: ["${call}", "${input}", "${output}", "${again}"${scoped ? "" : ', "unscoped"'}],`;
  return `${NOTE}export const OPERATIONS = {\n${rows.map(row).join("\n")}\n} as const;\n`;
}

const files = {
  "rest.ts": NOTE + astToString(await openapiTS(document)),
  "operations.ts": operations(),
};
const old = Object.entries(files).filter(([name, text]) => {
  const file = join(folder, name);
  if (!check) writeFileSync(file, text);
  else return readFileSync(file, "utf8") !== text;
  return false;
});
if (old.length > 0) {
  console.error(`${old.map(([name]) => name).join(" and ")} are out of date: run \`npm run client:types\`.`);
  process.exitCode = 1;
}

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DCLinter } from "dclint";
import { validate } from "dockerfile-utils";
import { environmentNames } from "../../api/cli/config.js";
import { buildProgram } from "../../api/cli/program.js";
import { packageVersion } from "../../api/packageVersion.js";
import { probes } from "../../api/probes.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (name: string) => readFile(join(root, name), "utf8");
const dockerfile = await read("Dockerfile");
const instructions = dockerfile
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => ({ name: line.slice(0, line.indexOf(" ")), rest: line.slice(line.indexOf(" ") + 1) }));
const of = (name: string) => instructions.filter((one) => one.name === name).map(({ rest }) => rest);

test("the Dockerfile is valid", () => {
  assert.deepEqual(validate(dockerfile), []);
  assert.equal(validate("FROM node\nEXPOSE none\n").length, 1, "the linter sees what is wrong");
});

/** The image is built here and pulled from nowhere: its name is the one that it gets. Quotes are the formatter's. */
const RULES: ConstructorParameters<typeof DCLinter>[0]["rules"] = {
  "no-build-and-image": 0,
  "require-quotes-in-ports": [1, { quoteType: "double" }],
};

test("compose.yaml is valid by the schema of Compose and the rules of its linter", async () => {
  const linter = new DCLinter({
    rules: RULES,
    quiet: false,
    debug: false,
    exclude: [],
  });
  const results: readonly { messages: { rule: string; line: number; message: string }[] }[] =
    linter.lintFiles([join(root, "compose.yaml")], false);
  const problems = results.flatMap(({ messages }) =>
    messages.map(({ rule, line, message }) => `${line}: ${rule}: ${message}`),
  );
  assert.deepEqual(problems, []);
  assert.match(await read("compose.yaml"), new RegExp(`image: memos:${packageVersion()}\n`));
});

test("every file that the Dockerfile copies or runs is there, and not ignored", async () => {
  const ignored = (await read(".dockerignore")).split("\n").filter((line) => line !== "");
  const copied = of("COPY")
    .filter((rest) => !rest.startsWith("--from="))
    .flatMap((rest) => rest.split(" ").slice(0, -1));
  const run = [...of("RUN"), ...of("ENTRYPOINT")].flatMap((rest) => rest.match(/[\w/]+\.mjs/g) ?? []);
  assert.ok(copied.length > 0 && run.length > 1);
  for (const path of [...copied, ...run]) {
    assert.ok(existsSync(join(root, path)), path);
    assert.ok(!ignored.includes(path.split("/")[0] ?? ""), `${path} is ignored`);
  }
  // What the server reads beside its code.
  for (const path of ["docs", "llms.txt", "models", "package.json"]) assert.ok(!ignored.includes(path), path);
});

test("what the container runs is a command that there is, with options that it has", () => {
  const [command = "", ...args] = JSON.parse(of("CMD").at(-1) ?? "[]") as string[];
  const found = buildProgram().commands.find((one) => one.name() === command);
  assert.ok(found, command);
  const flags = found.options.map(({ long }) => long);
  for (const flag of args.filter((arg) => arg.startsWith("--"))) assert.ok(flags.includes(flag), flag);
  const port = found.options.find(({ long }) => long === "--port")?.defaultValue;
  assert.deepEqual(of("EXPOSE"), [port]);
  const asked = new URL(/http:[^']+/.exec(of("HEALTHCHECK")[0] ?? "")?.[0] ?? "");
  assert.equal(asked.port, port);
  assert.ok(probes.some(({ path }) => path === asked.pathname));
});

test("the variables that the container sets are ones that are read", async () => {
  const named = [...`${dockerfile}\n${await read("compose.yaml")}`.matchAll(/\bMEMOS_\w+/g)];
  assert.ok(named.length > 0);
  for (const [name] of named) assert.ok(environmentNames().includes(name), name);
});

/** The packages that a file of `dist` imports, statically or not. */
function importsOf(code: string): string[] {
  const statement =
    /^(?:import|export)\b(?:[^"\n]*\bfrom)? "([^"\n]+)";|\b(?:import|import\.meta\.resolve|require|require\.resolve)\("([^"\n]+)"\)/gm;
  const specifiers = [...code.matchAll(statement)].map(([, plain, called]) => plain ?? called ?? "");
  return specifiers
    .filter((one) => !/^[./#]|^node:/.test(one) && !builtinModules.includes(one))
    .map((one) =>
      one
        .split("/")
        .slice(0, one.startsWith("@") ? 2 : 1)
        .join("/"),
    );
}

test("what is left without development packages is all that the program imports", async () => {
  const { dependencies, peerDependencies } = JSON.parse(await read("package.json")) as Record<
    "dependencies" | "peerDependencies",
    Record<string, string>
  >;
  const declared = new Set(["memos", ...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const files = (await readdir(join(root, "dist"), { recursive: true })).filter(
    (name) => name.endsWith(".js") && !/^(test|bench|eval|viewer|bundle)[/\\]/.test(name),
  );
  assert.ok(files.length > 200);
  const missing = new Map<string, string>();
  for (const file of files)
    for (const name of importsOf(await readFile(join(root, "dist", file), "utf8")))
      if (!declared.has(name)) missing.set(name, file);
  assert.deepEqual([...missing], []);
});

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { transform } from "esbuild";
import { buildProgram } from "../api/cli/program.js";
import { type Block, blocksOf, root } from "./clients/example.js";
import { openMemos } from "./memos/support.js";

const guides = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
const FILES = [
  "README.md",
  "CONTRIBUTING.md",
  "llms.txt",
  "bench/README.md",
  "clients/python/README.md",
  ...guides.map((name) => `docs/${name}`),
];
const texts = await Promise.all(
  FILES.map(async (file) => ({ file, text: await readFile(join(root, file), "utf8") })),
);

/** Every call of the command line in a text: in blocks, and in the middle of a sentence. */
function commandsIn(text: string): string[] {
  const shell = blocksOf(text).flatMap(({ language, code }) => (language === "sh" ? code.split("\n") : []));
  const indented = text.match(/^ {4}(?:npx )?memos .*$/gm) ?? [];
  const inline = [...text.matchAll(/`((?:npx )?memos [a-z][^`\n]*)`/g)].map(([, code = ""]) => code);
  return [...shell, ...indented, ...inline]
    .flatMap((line) => line.replace(/(^|\s)#.*$/, "").split(/&&|\|\||[|;]/))
    .map((line) => line.trim())
    .filter((line) => /^(npx )?memos /.test(line))
    .map((line) => line.replace(/^npx /, ""));
}

/** What is wrong with a call: a command that there is not, or an option that it does not have. */
function wrongWith(line: string, program: Command): string | undefined {
  const words = (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [])
    .slice(1)
    .map((word) => word.replace(/^\[|\]$/g, ""));
  let command = program;
  const flags = new Set(program.options.flatMap(({ long, short }) => [long, short]));
  let descending = true;
  for (const word of words) {
    if (/^--?[a-zA-Z]/.test(word)) {
      const flag = word.split("=")[0] ?? "";
      if (!flags.has(flag) && flag !== "--help") return `${command.name()} has no ${flag}`;
      // What follows an option may be its value.
      if (command !== program) descending = false;
    } else if (descending) {
      const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      if (child === undefined && command.commands.length > 0 && command.registeredArguments.length === 0)
        return `${command.name()} has no ${word}`;
      if (child === undefined) descending = false;
      else command = child;
      for (const { long, short } of command.options) flags.add(long).add(short);
    }
  }
  return undefined;
}

test("every command that the documentation names is one that there is, with the options that it has", () => {
  const program = buildProgram();
  const wrong = texts.flatMap(({ file, text }) =>
    commandsIn(text).flatMap((line) => {
      const why = wrongWith(line, program);
      return why === undefined ? [] : [`${file}: ${line}: ${why}`];
    }),
  );
  assert.deepEqual(wrong, []);
  const count = texts.reduce((sum, { text }) => sum + commandsIn(text).length, 0);
  assert.ok(count > 150, `${count}`);
  assert.ok(wrongWith("memos recal x", program));
  assert.ok(wrongWith("memos recall x --no-such", program));
  assert.ok(wrongWith("memos adapters nonsense", program));
});

/** Programs that a test runs as they are printed, and which. All others are pieces, which are looked at below. */
const RUN: Readonly<Record<string, "all" | "first">> = {
  "README.md": "all", // test/readme.test.ts
  "docs/anthropic.md": "all", // test/clients/docs.test.ts
  "docs/client.md": "all",
  "docs/supermemory.md": "all",
  "docs/surfaces.md": "all", // test/clients/surfaces.test.ts
  "docs/openai.md": "all", // test/clients/openai/docs.test.ts
  "docs/frameworks.md": "all", // test/agents/frameworks/docs.test.ts
  "docs/sharing.md": "first", // test/agents/sharing/docs.test.ts
  "clients/python/README.md": "all", // test/clients/python.test.ts
};

const pieces = texts.flatMap(({ file, text }) => {
  const blocks = blocksOf(text).filter(({ language }) => /^(ts|js|python)$/.test(language));
  const run = RUN[file] === "all" ? blocks.length : RUN[file] === "first" ? 1 : 0;
  return blocks.slice(run).map((block): Block & { file: string } => ({ ...block, file }));
});

/** The names that a piece imports from this package, by entry. */
function importsIn(code: string): [entry: string, names: string[]][] {
  return [...code.matchAll(/import \{([^}]+)\} from "(memos(?:\/[\w-]+)?)"/g)].map(
    ([, names = "", entry = ""]) => [
      entry,
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "" && !name.startsWith("type ")),
    ],
  );
}

for (const { file, code, section, language } of pieces) {
  if (language !== "ts") continue;
  test(`a piece of ${file} under "${section}" is TypeScript, and calls what there is`, async (t) => {
    await transform(code, { loader: "ts", format: "esm", target: "es2022" });
    for (const [entry, names] of importsIn(code)) {
      const exported = (await import(entry)) as Record<string, unknown>;
      for (const name of names) assert.ok(name in exported, `${entry} has ${name}`);
    }
    const { memos } = await openMemos(t);
    for (const [, path = ""] of code.matchAll(/\bmemos((?:\.\w+)+)\(/g)) {
      let at: unknown = memos;
      for (const name of path.split(".").slice(1)) {
        assert.ok(typeof at === "object" && at !== null && name in at, `memos${path}`);
        at = (at as Record<string, unknown>)[name];
      }
      assert.equal(typeof at, "function", `memos${path}`);
    }
  });
}

test("what is in Python runs, or is the two lines that name a server", () => {
  assert.deepEqual(
    pieces.filter(({ language }) => language !== "ts").map(({ file }) => file),
    ["docs/mem0.md"],
  );
});

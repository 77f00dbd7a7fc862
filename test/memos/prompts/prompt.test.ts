import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import {
  checkPrompt,
  checkPrompts,
  definePrompt,
  type Prompt,
  type PromptDefinition,
} from "../../../memos/prompts/index.js";
import { refused, temporaryFolder } from "../support.js";

const FILE = `---
name: greeting
version: 3
for: Saying hello.
---

# System

Use at most {{words}} words.

# User

<data>
{{name}}
</data>

# Example

Input:

\`\`\`json
{ "name": "Ana" }
\`\`\`

Answer:

\`\`\`json
{ "text": "Hello, Ana." }
\`\`\`
`;

const DEFINITION = {
  file: "greeting",
  constants: { words: 5 },
  input: z.strictObject({ name: z.string().max(20) }),
  answer: z.strictObject({ text: z.string() }),
} satisfies PromptDefinition<z.ZodObject, z.ZodType>;

async function prompted(t: TestContext, text: string, definition: object = {}): Promise<Prompt> {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "greeting.md"), text);
  return definePrompt({
    ...DEFINITION,
    ...definition,
    folder: pathToFileURL(`${folder}/`),
  }) as unknown as Prompt;
}

test("a prompt is rendered from its file, with its version, purpose, schema and examples", async (t) => {
  const prompt = await prompted(t, FILE);
  assert.deepEqual(prompt.render({ name: "Ben" }), {
    system: "Use at most 5 words.",
    user: "<data>\nBen\n</data>",
  });
  assert.deepEqual([prompt.name, prompt.version, prompt.purpose], ["greeting", 3, "Saying hello."]);
  assert.deepEqual(prompt.examples, [{ input: { name: "Ana" }, answer: { text: "Hello, Ana." } }]);
  assert.deepEqual(prompt.schema, {
    type: "object",
    properties: { text: { type: "string" } },
    required: ["text"],
    additionalProperties: false,
  });
});

test("an input that does not fit is refused: a missing one, an unknown one, one too many characters", async (t) => {
  const prompt = await prompted(t, FILE);
  for (const input of [{}, { name: "Ben", age: 3 }, { name: "x".repeat(21) }, { name: 3 }])
    assert.throws(() => prompt.render(input), refused("INVALID_INPUT"));
});

test("the hash changes with a word, a constant and the form of the answer, not with line breaks", async (t) => {
  const { hash } = await prompted(t, FILE);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal((await prompted(t, `\uFEFF${FILE.replaceAll("\n", "\r\n")}\n\n`)).hash, hash);
  const others = [
    await prompted(t, FILE.replace("Use", "Take")),
    await prompted(t, FILE, { constants: { words: 6 } }),
    await prompted(t, FILE, { answer: z.strictObject({ text: z.string().nullable() }) }),
  ];
  assert.equal(new Set([hash, ...others.map((prompt) => prompt.hash)]).size, 4);
});

const BROKEN: [string, string | RegExp, string, RegExp][] = [
  ["no front matter", "---\nname", "name", /front matter/],
  ["another name", "name: greeting", "name: hello", /calls itself `hello`/],
  ["no version", "version: 3\n", "", /version/],
  ["an unknown field", "for: S", "why: x\nfor: S", /why/],
  ["a field twice", "for: S", "version: 3\nfor: S", /twice/],
  ["an unknown section", "# User", "# Developer", /unknown section `# Developer`/],
  ["a second system section", "# User", "# System\n\nMore.\n\n# User", /2 sections/],
  ["an unknown placeholder", "{{name}}", "{{name}} {{age}}", /`age` that is no input/],
  ["an input that is not used", "{{name}}", "you", /no placeholder `name`/],
  ["a constant that is not used", "{{words}}", "five", /no placeholder `words`/],
  ["data in the system half", "{{words}}", "{{words}} {{name}}", /`name` that is no constant/],
  ["no example", /# Example[\s\S]*/, "", /# Example/],
  ["an example that is not JSON", '{ "name": "Ana" }', "{ Ana }", /not JSON/],
  ["an example whose input does not fit", '{ "name": "Ana" }', '{ "names": "Ana" }', /`name`/],
  ["an example whose answer does not fit", '{ "text": "Hello, Ana." }', '{ "text": 1 }', /text/],
  ["a fence that stays open", "</data>", "", /fences/],
  ["text before the sections", "# System", "Hello\n\n# System", /before its first section/],
];

for (const [what, from, to, why] of BROKEN)
  test(`a file with ${what} is broken, and the check says why`, async (t) => {
    const prompt = await prompted(t, FILE.replace(from, to));
    assert.throws(() => prompt.render({ name: "Ana" }), refused("INTERNAL"));
    const check = await checkPrompt(prompt);
    assert.equal(check.ok, false);
    assert.match(check.fault ?? "", why);
  });

test("a file that is not there or too long is broken", async (t) => {
  const missing = definePrompt({ ...DEFINITION, file: "nowhere" });
  assert.throws(() => missing.hash, refused("INTERNAL"));
  const long = await prompted(t, FILE.replace("Use", "x".repeat(100_001)));
  assert.throws(() => long.hash, refused("INTERNAL"));
});

test("the check counts what the longest example makes of it", async (t) => {
  const longer = FILE.replace(
    /# Example[\s\S]*/,
    (example) => `${example}\n${example.replace('"Ana"', '"Ana Maria Silva"')}`,
  );
  const check = await checkPrompt(await prompted(t, longer));
  const rendered = "Use at most 5 words.\n<data>\nAna Maria Silva\n</data>";
  assert.deepEqual([check.ok, check.examples, check.characters], [true, 2, rendered.length]);
  assert.ok((check.tokens ?? 0) > 5);
});

test("one broken prompt, or a file that nothing uses, spoils the check of all", async (t) => {
  const good = await prompted(t, FILE);
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "greeting.md"), FILE);
  const url = pathToFileURL(`${folder}/`);
  assert.equal((await checkPrompts([good], url)).ok, true);
  assert.equal((await checkPrompts([good, await prompted(t, "---")], url)).ok, false);
  await writeFile(join(folder, "stray.md"), FILE);
  const { ok, prompts } = await checkPrompts([good], url);
  assert.deepEqual([ok, prompts.at(-1)?.name, prompts.at(-1)?.ok], [false, "stray", false]);
});

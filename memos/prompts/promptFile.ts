import * as z from "zod";
import { isMemosError, MemosError, sha256 } from "../../memcube/index.js";
import { nameText } from "../../memcube/text.js";
import { parse } from "../parse.js";

/** Characters of a prompt file. */
export const PROMPT_FILE_CHARACTERS = 100_000;

export const promptNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "must be words joined by hyphens");

const headerSchema = z.strictObject({
  name: promptNameSchema,
  version: z.string().regex(/^[1-9]\d{0,5}$/, "must be a whole number"),
  for: nameText(300),
});

export interface PromptFile {
  readonly name: string;
  readonly version: number;
  /** What it is for, in one sentence. */
  readonly purpose: string;
  readonly system: string;
  readonly user: string;
  readonly examples: readonly { readonly input: unknown; readonly answer: unknown }[];
  /** Of the canonical text: changes with every word of the file. */
  readonly sha256: string;
}

const HEADER = /^---\n([\s\S]*?)\n---\n/;
const SECTION = /^# (.*)$/gm;
const EXAMPLE = /^Input:\n\n?```json\n([\s\S]*?)\n```\n\n?Answer:\n\n?```json\n([\s\S]*?)\n```$/;

/** Line breaks as Unix has them, no byte order mark, one line break at the end: what does not count is left out. */
export function canonicalPromptText(text: string): string {
  return `${text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .trimEnd()}\n`;
}

/**
 * Reads a prompt file: front matter with `name`, `version` and `for`, then the sections `# System`, `# User` and at
 * least one `# Example`, which has an input and an answer as JSON.
 *
 * @throws MemosError INVALID_INPUT that says what is wrong.
 */
export function readPromptFile(given: string): PromptFile {
  if (given.length > PROMPT_FILE_CHARACTERS)
    throw wrong(`has more than ${PROMPT_FILE_CHARACTERS} characters`);
  const text = canonicalPromptText(given);
  const header = HEADER.exec(text);
  if (header === null) throw wrong("does not begin with front matter between two lines `---`");
  const { name, version, for: purpose } = parse(headerSchema, fieldsOf(header[1] ?? ""));
  const sections = sectionsOf(text.slice(header[0].length));
  const one = (title: string): string => {
    const found = sections.filter((section) => section.title === title);
    if (found.length !== 1) throw wrong(`has ${found.length} sections \`# ${title}\`, not one`);
    return (found[0] as Section).text;
  };
  const other = sections.find(({ title }) => !["System", "User", "Example"].includes(title));
  if (other !== undefined) throw wrong(`has an unknown section \`# ${other.title}\``);
  const examples = sections
    .filter(({ title }) => title === "Example")
    .map((section) => exampleOf(section.text));
  if (examples.length === 0) throw wrong("has no section `# Example`");
  return {
    name,
    version: Number(version),
    purpose,
    system: one("System"),
    user: one("User"),
    examples,
    sha256: sha256(text),
  };
}

interface Section {
  readonly title: string;
  readonly text: string;
}

function sectionsOf(body: string): Section[] {
  const heads = [...body.matchAll(SECTION)];
  const before = body.slice(0, heads[0]?.index ?? body.length);
  if (before.trim() !== "") throw wrong("has text before its first section");
  return heads.map((head, index) => ({
    title: (head[1] ?? "").trim(),
    text: body.slice(head.index + head[0].length, heads[index + 1]?.index).trim(),
  }));
}

function exampleOf(text: string): { input: unknown; answer: unknown } {
  const found = EXAMPLE.exec(text);
  if (found === null)
    throw wrong("has an example that is not `Input:` and `Answer:`, each with a json block");
  return { input: json(found[1] ?? "", "input"), answer: json(found[2] ?? "", "answer") };
}

function json(text: string, of: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(`has an example whose ${of} is not JSON`, cause);
  }
}

function fieldsOf(header: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const line of header.split("\n")) {
    const [, name, value] = /^([a-z]+): (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw wrong("has a line in its front matter that is not `name: value`");
    if (fields.has(name)) throw wrong(`names \`${name}\` twice in its front matter`);
    fields.set(name, value.trim());
  }
  return Object.fromEntries(fields);
}

function wrong(what: string, cause?: unknown): MemosError {
  return new MemosError("INVALID_INPUT", `The prompt file ${what}.`, { cause });
}

/** A defect of the package, whatever kind of error it came up as. */
export function brokenPrompt(name: string, error: unknown): MemosError {
  const why = isMemosError(error) ? error.message : "Its file cannot be read.";
  return new MemosError("INTERNAL", `The prompt ${name} is broken. ${why}`, { cause: error });
}

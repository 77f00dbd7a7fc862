import { readFileSync } from "node:fs";
import * as z from "zod";
import { contentHash, MemosError } from "../../memcube/index.js";
import { parse } from "../parse.js";
import { brokenPrompt, type PromptFile, readPromptFile } from "./promptFile.js";
import { fill, namesIn, readTemplate, type Template } from "./template.js";

/** The folder of all prompts, from `dist/memos/prompts/`: in the checkout and in an installed package. */
export const PROMPT_FOLDER = new URL("../../../memos/prompts/", import.meta.url);

export interface PromptDefinition<Input extends z.ZodObject, Answer extends z.ZodType> {
  /** Name of the file in `memos/prompts/`, without `.md`; also the name that it gives itself. */
  readonly file: string;
  /** The folder of the file, where that is another one. */
  readonly folder?: URL;
  /** Numbers and words that the code decides on, as limits: they stand in both halves and never change. */
  readonly constants?: Readonly<Record<string, string | number>>;
  /** What is filled into the user's half. */
  readonly input: Input;
  /** The form of the answer as the model is asked for it. */
  readonly answer: Answer;
}

export interface RenderedPrompt {
  readonly system: string;
  readonly user: string;
}

interface Loaded extends Omit<PromptFile, "system" | "user"> {
  readonly system: string;
  readonly user: Template;
  readonly hash: string;
}

/**
 * A prompt that is a file, with the schemas of what goes in and of what is asked for. The file is read and checked
 * when something of it is first used, and once.
 *
 * Whatever is filled in is data: it goes into the user's half alone, cannot bring in a placeholder or a section,
 * and cannot end a `<data>` fence that it stands in.
 */
export class Prompt<Input extends z.ZodObject = z.ZodObject, Answer extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** JSON schema of the answer, without the `$schema` of zod, which strict servers refuse. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly #definition: PromptDefinition<Input, Answer>;
  #loaded: Loaded | undefined;

  constructor(definition: PromptDefinition<Input, Answer>) {
    const { $schema: _dialect, ...schema } = z.toJSONSchema(definition.answer);
    this.name = definition.file;
    this.schema = schema;
    this.#definition = definition;
  }

  get version(): number {
    return this.#load().version;
  }

  /** What it is for, in one sentence. */
  get purpose(): string {
    return this.#load().purpose;
  }

  /** Changes with every word of the file, with the constants in it, and with the form of the answer. */
  get hash(): string {
    return this.#load().hash;
  }

  /** Inputs with good answers, for tests and for prompts that show some. They are not rendered. */
  get examples(): readonly { readonly input: z.output<Input>; readonly answer: z.output<Answer> }[] {
    return this.#load().examples as readonly { input: z.output<Input>; answer: z.output<Answer> }[];
  }

  /**
   * Both halves, with every placeholder filled.
   *
   * @throws MemosError INVALID_INPUT or TOO_LARGE for an input that does not fit, INTERNAL for a broken file.
   */
  render(input: z.input<Input>): RenderedPrompt {
    const { system, user } = this.#load();
    const values = parse(this.#definition.input, input);
    return { system, user: fill(user, { ...this.#definition.constants, ...values }) };
  }

  #load(): Loaded {
    if (this.#loaded !== undefined) return this.#loaded;
    const { file, folder = PROMPT_FOLDER } = this.#definition;
    try {
      this.#loaded = this.#checked(readPromptFile(readFileSync(new URL(`${file}.md`, folder), "utf8")));
    } catch (error) {
      throw brokenPrompt(file, error);
    }
    return this.#loaded;
  }

  #checked(read: PromptFile): Loaded {
    const { constants = {}, input, answer } = this.#definition;
    if (read.name !== this.name) throw wrong(`It calls itself \`${read.name}\`.`);
    const [system, user] = [readTemplate(read.system), readTemplate(read.user)];
    const inputs = Object.keys(input.shape);
    const constant = Object.keys(constants);
    const misplaced = [...namesIn(system)].find((name) => !constant.includes(name));
    if (misplaced !== undefined)
      throw wrong(`Its system half has a placeholder \`${misplaced}\` that is no constant.`);
    const unknown = [...namesIn(user)].find((name) => !constant.includes(name) && !inputs.includes(name));
    if (unknown !== undefined) throw wrong(`It has a placeholder \`${unknown}\` that is no input.`);
    const unused = [...inputs, ...constant].find(
      (name) => !namesIn(user).has(name) && !namesIn(system).has(name),
    );
    if (unused !== undefined) throw wrong(`It has no placeholder \`${unused}\`.`);
    const twice = inputs.find((name) => constant.includes(name));
    if (twice !== undefined) throw wrong(`\`${twice}\` is both an input and a constant.`);
    const examples = read.examples.map((example) => ({
      input: parse(input, example.input),
      answer: parse(answer, example.answer),
    }));
    const hash = contentHash({ file: read.sha256, constants, schema: this.schema });
    return { ...read, system: fill(system, constants), user, examples, hash };
  }
}

/** A prompt from its file in `memos/prompts/`; see {@link Prompt}. */
export function definePrompt<Input extends z.ZodObject, Answer extends z.ZodType>(
  definition: PromptDefinition<Input, Answer>,
): Prompt<Input, Answer> {
  return new Prompt(definition);
}

function wrong(sentence: string): MemosError {
  return new MemosError("INVALID_INPUT", sentence);
}

import { type Command, Option } from "commander";
import * as z from "zod";
import { isMemosError, type Scope, scopeSchema } from "../../memcube/index.js";
import { parse } from "../../memos/parse.js";
import { UsageError } from "./usageError.js";

const DEFAULT_TENANT = "local";

/** A whole number as it is typed. */
export function wholeNumber(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum));
}

/** A list as it is typed: `2,5,10`. */
export function commaList<S extends z.ZodType<unknown, string>>(item: S) {
  return z
    .string()
    .transform((value) => value.split(",").map((part) => part.trim()))
    .pipe(z.array(item).min(1));
}

/** The cut-offs of an evaluation, ascending and each once. */
export const cutOffs = commaList(wholeNumber(1, 1_000)).transform((values) =>
  [...new Set(values)].sort((a, b) => a - b),
);

/** The options of a command, its own and the global ones, validated. */
export function optionsOf<S extends z.ZodType>(command: Command, schema: S): z.output<S> {
  return validated(schema, command.optsWithGlobals(), (name) => {
    const option = command.options.find((candidate) => candidate.attributeName() === name);
    return option?.long ?? option?.short ?? `--${name}`;
  });
}

/** One positional argument, or all of a repeated one, validated. */
export function argumentOf<S extends z.ZodType>(
  name: string,
  value: string | readonly string[],
  schema: S,
): z.output<S> {
  return validated(z.object({ [name]: schema }), { [name]: value }, () => name)[name] as z.output<S>;
}

function validated<S extends z.ZodType>(
  schema: S,
  value: unknown,
  typedAs: (field: string) => string,
): z.output<S> {
  try {
    return parse(schema, value);
  } catch (cause) {
    if (!isMemosError(cause) || cause.path === undefined) throw cause;
    const [field = ""] = cause.path.split(".");
    throw new UsageError(cause.message.replace(`\`${cause.path}\`:`, typedAs(field)), { cause });
  }
}

const SCOPE_OPTIONS = {
  user: "whose memory",
  agent: "the agent it belongs to",
  app: "the application it belongs to",
  session: "the conversation it belongs to",
} as const;

type ScopeOption = keyof typeof SCOPE_OPTIONS;

/** Gives a command `--tenant` and the scope options it takes; a command about one user requires `--user`. */
export function takeScope(command: Command, names: readonly ScopeOption[], required?: "user"): Command {
  for (const name of names)
    command.addOption(
      new Option(`--${name} <name>`, SCOPE_OPTIONS[name]).makeOptionMandatory(name === required),
    );
  return command.option("--tenant <name>", "the partition of the store", DEFAULT_TENANT);
}

/** The scope that the options of a command name. */
export function scopeOf(command: Command): Scope {
  return optionsOf(command, scopeSchema.strip());
}

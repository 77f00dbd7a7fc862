import * as z from "zod";
import { pathSchema } from "./path.js";

const text = z.string();

/** The commands of Anthropic's memory tool, `memory_20250818`. */
export const COMMANDS = {
  view: z.strictObject({
    command: z.literal("view"),
    path: pathSchema,
    view_range: z.tuple([z.int(), z.int()]).nullish(),
  }),
  create: z.strictObject({ command: z.literal("create"), path: pathSchema, file_text: text }),
  str_replace: z.strictObject({
    command: z.literal("str_replace"),
    path: pathSchema,
    old_str: text.min(1),
    new_str: text,
  }),
  insert: z.strictObject({
    command: z.literal("insert"),
    path: pathSchema,
    insert_line: z.int(),
    insert_text: text,
  }),
  delete: z.strictObject({ command: z.literal("delete"), path: pathSchema }),
  rename: z.strictObject({ command: z.literal("rename"), old_path: pathSchema, new_path: pathSchema }),
} as const;

export type CommandName = keyof typeof COMMANDS;
export type Command<Name extends CommandName> = z.output<(typeof COMMANDS)[Name]>;

/** Any of them. */
export const commandSchema = z.discriminatedUnion("command", [
  COMMANDS.view,
  COMMANDS.create,
  COMMANDS.str_replace,
  COMMANDS.insert,
  COMMANDS.delete,
  COMMANDS.rename,
]);

import * as z from "zod";
import { sha256Schema } from "../../memcube/index.js";
import { chatMessageSchema, type TokenUse } from "./engine.js";

const count = z.int().nonnegative();

const schemaObject = z.record(z.string(), z.unknown());

export const adapterUseSchema = z.strictObject({
  path: z.string().min(1),
  sha256: sha256Schema,
  scale: z.number(),
  peft: z.string().min(1).optional(),
});

export const tokenUseSchema = z
  .strictObject({
    prompt: count,
    /** Of the prompt: in memory already, from an earlier turn. */
    reused: count,
    /** Of the prompt: out of a compiled state. */
    restored: count,
    /** Of the prompt: evaluated now. */
    prefilled: count,
    generated: count,
  })
  .meta({ id: "TokenUse" }) satisfies z.ZodType<TokenUse>;

export const toolDefinitionSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  parameters: schemaObject,
});

export const storedStateSchema = z.strictObject({
  path: z.string().min(1),
  sha256: sha256Schema,
  codec: z.string().optional(),
});

/** What every engine checks of a request, and what holds where it says nothing. */
export const generateCallSchema = z.strictObject({
  messages: z.array(chatMessageSchema).min(1),
  maxTokens: z.int().positive(),
  stop: z.array(z.string().min(1)).default([]),
  schema: schemaObject.optional(),
  tools: z.array(toolDefinitionSchema).default([]),
  adapters: z.array(adapterUseSchema).default([]),
  salt: z.string().max(1_024).default(""),
  state: storedStateSchema.optional(),
  temperature: z.number().min(0).max(2).default(0),
  topP: z.number().gt(0).max(1).default(1),
  seed: z.int().nonnegative().optional(),
});

export type GenerateCall = z.infer<typeof generateCallSchema>;

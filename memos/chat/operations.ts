import * as z from "zod";
import { cubeIdSchema, LIMITS } from "../../memcube/index.js";
import { nameText, storableText } from "../../memcube/text.js";
import { instructionsSchema } from "../activation/operations.js";
import { tokenUseSchema } from "../inference/generateCall.js";
import { recallItemSchema, warningSchema } from "../operations.js";
import { ADAPTER_LIMITS } from "../parametric/limits.js";

/** Tokens that one answer may have. */
export const ANSWER_TOKENS = 32_768;

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

export const chatMessageTextSchema = storableText(LIMITS.textBytes).refine(
  (text) => text.trim() !== "",
  "says nothing",
);

export const chatOptionsSchema = z.strictObject({
  /** Turns of one session see those before them; without one, each message stands alone. */
  session: nameText(LIMITS.nameCharacters).optional(),
  /** What the model is told before its memory. */
  instructions: instructionsSchema.optional(),
  /** Tokens of what is recalled for the message. */
  budget: z.int().min(0).max(LIMITS.contextTokens).default(800),
  maxTokens: z.int().min(1).max(ANSWER_TOKENS).default(512),
  /** 0 takes the most probable token each time. */
  temperature: z.number().min(0).max(2).default(0),
  topP: z.number().gt(0).max(1).optional(),
  seed: z.int().nonnegative().optional(),
  /** Remembers the message and the answer. */
  remember: z.boolean().default(true),
  /** Ids of adapters to answer under, in this order, instead of those that are attached; none with `none`. */
  adapters: z.union([z.literal("none"), z.array(cubeIdSchema).max(ADAPTER_LIMITS.attached)]).optional(),
  signal: z.instanceof(AbortSignal).optional(),
});

/** What was looked for in memory on behalf of a message. */
export const chatFocusSchema = z
  .strictObject({
    /** The words that were searched for. */
    query: z.string(),
    /** It takes its topic from the turns before. */
    followUp: z.boolean(),
    /** The time that the message speaks of: `from` is in it, `to` is the first instant after it. */
    time: z.strictObject({ text: z.string(), from: z.string(), to: z.string() }).optional(),
  })
  .meta({ id: "ChatFocus" });

/** A call that the model made, and what came of it. */
export const chatCallSchema = z
  .strictObject({
    /** Which of its answers made it, from 1. */
    round: z.int().positive(),
    name: z.string(),
    /** As the model wrote them. */
    arguments: z.string(),
    /** The code of what went wrong; the model was told. */
    error: z.string().optional(),
    milliseconds,
  })
  .meta({ id: "ChatCall" });

export const chatReceiptSchema = z
  .strictObject({
    operation: z.literal("chat"),
    model: z.string(),
    session: z.string().optional(),
    answer: z.string(),
    reason: z.enum(["stop", "length", "toolCalls"]),
    tokens: tokenUseSchema,
    /** The memory that the prompt began with, and the state that served it. */
    block: z.strictObject({
      memories: count,
      state: z.enum(["live", "file", "compressed", "none"]),
      /** Why a stored state was not used. */
      miss: z.string().optional(),
    }),
    /** What was recalled for the message, beside it. */
    recalled: z.array(recallItemSchema.omit({ tokens: true, explanation: true })),
    /** What was looked for, where that is more than the message. */
    focus: chatFocusSchema.optional(),
    /** Tools that the model could call, its answers in this turn, and the calls that it made. */
    tools: z.strictObject({ offered: count, rounds: z.int().positive(), calls: z.array(chatCallSchema) }),
    /**
     * What was answered under. `cited` are the memories, of those that an adapter has learned, that the message is
     * most about: they are not in the prompt.
     */
    adapters: z.array(
      z.strictObject({ id: cubeIdSchema, scale: z.number(), memories: count, cited: z.array(cubeIdSchema) }),
    ),
    /** Turns that are not in the prompt any more, for want of room. */
    dropped: count,
    /** Ids of the message and the answer. */
    remembered: z.array(cubeIdSchema),
    /** From the call to the first token, and to the last; of it, recalling and reading a stored state. */
    firstTokenMs: milliseconds,
    recallMs: milliseconds,
    restoreMs: milliseconds,
    milliseconds,
    warnings: z.array(warningSchema),
  })
  .meta({ id: "ChatReceipt" });

export const chatEventSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("prompt"), tokens: tokenUseSchema }),
    z.strictObject({ kind: z.literal("text"), text: z.string() }),
    z.strictObject({ kind: z.literal("call"), call: chatCallSchema }),
    /** A call of a tool that the caller runs. */
    z.strictObject({ kind: z.literal("toolCall"), id: z.string(), name: z.string(), arguments: z.string() }),
    z.strictObject({ kind: z.literal("end"), receipt: chatReceiptSchema }),
  ])
  .meta({ id: "ChatEvent" });

export type ChatOptions = z.input<typeof chatOptionsSchema>;
export type ChatReceipt = z.infer<typeof chatReceiptSchema>;
export type ChatEvent = z.infer<typeof chatEventSchema>;
export type ChatFocus = z.infer<typeof chatFocusSchema>;
export type ChatCall = z.infer<typeof chatCallSchema>;

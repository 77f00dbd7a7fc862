import * as z from "zod";
import { MemosError } from "../../memcube/index.js";
import { readJsonFile } from "../jsonFile.js";
import { parseLocomoDate } from "./date.js";

/** Where the published data is. */
const PUBLISHED = "the published file is data/locomo10.json of https://github.com/snap-research/locomo";

const turnSchema = z.object({
  speaker: z.string().min(1),
  dia_id: z.string().min(1),
  text: z.string(),
  blip_caption: z.string().optional(),
});

const questionSchema = z.object({
  question: z.string().min(1),
  category: z.int(),
  /** None where the conversation holds none (category 5). */
  answer: z.union([z.string(), z.number()]).transform(String).nullish(),
  evidence: z.array(z.string()).default([]),
});

const SESSION = /^session_(\d+)$/;

// Sessions are numbered keys (session_1, session_1_date_time) beside the speakers' names.
const conversationSchema = z.record(z.string(), z.unknown()).transform((fields, context) =>
  Object.keys(fields)
    .filter((name) => SESSION.test(name))
    .sort((a, b) => Number(SESSION.exec(a)?.[1]) - Number(SESSION.exec(b)?.[1]))
    .flatMap((name) => {
      const turns = z.array(turnSchema).safeParse(fields[name]);
      const date = z.string().safeParse(fields[`${name}_date_time`]);
      for (const issue of turns.error?.issues ?? [])
        context.addIssue({ ...issue, path: [name, ...issue.path] });
      for (const issue of date.error?.issues ?? [])
        context.addIssue({ ...issue, path: [`${name}_date_time`] });
      return turns.success && date.success
        ? [{ name, occurredAt: parseLocomoDate(date.data), turns: turns.data }]
        : [];
    }),
);

const sampleSchema = z
  .object({ sample_id: z.string().min(1), conversation: conversationSchema, qa: z.array(questionSchema) })
  .transform(({ sample_id, conversation, qa }) => ({
    sampleId: sample_id,
    sessions: conversation,
    questions: qa,
  }));

export type LocomoTurn = z.infer<typeof turnSchema>;
export type LocomoQuestion = z.infer<typeof questionSchema>;
export type LocomoConversation = z.infer<typeof sampleSchema>;

/** Reads a file in LoCoMo's own format (Maharana et al., ACL 2024): a list of conversations. */
export async function loadLocomo(path: string): Promise<LocomoConversation[]> {
  const conversations = await readJsonFile(path, z.array(sampleSchema).min(1), PUBLISHED);
  const ids = new Set(conversations.map((conversation) => conversation.sampleId));
  if (ids.size < conversations.length)
    throw new MemosError("INVALID_INPUT", `${path} holds two conversations with the same sample_id`);
  return conversations;
}

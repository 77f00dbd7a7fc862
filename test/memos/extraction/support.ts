import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import {
  type ExtractionCache,
  type ExtractionInput,
  type ExtractionResult,
  ModelExtraction,
  type ModelExtractionOptions,
  NOTES_QUESTION,
} from "../../../memos/extraction/index.js";
import { type Behaviour, type ChatBody, startChatServer } from "./chatServer.js";

export const INPUT = {
  notes: [
    {
      handle: "n1",
      text: "I moved from Lyon to Oslo last month.",
      actor: "Ana",
      at: "2023-05-08T13:56:00.000Z",
      title: "Moving",
    },
    { handle: "n2", text: "My sister Eva still lives in Lyon.", actor: "Ana" },
  ],
  candidates: [
    { handle: "c1", text: "Ana lives in Lyon.", at: "2021-01-02T00:00:00.000Z" },
    { handle: "c2", text: "Ana likes skiing.", title: "Hobbies" },
  ],
} satisfies ExtractionInput;

export const ANSWER = {
  notes: [
    {
      handle: "n1",
      keywords: ["moving to Oslo"],
      tags: ["home"],
      context: "Ana tells that she moved.",
      entities: [{ name: "Oslo", kind: "place" }],
      facts: [
        { subject: "Ana", relation: "lives in", object: "Oslo", validFrom: "2023-04", validTo: null },
        { subject: "Ana", relation: "lived in", object: "Lyon", validFrom: null, validTo: "2023-04" },
      ],
    },
    { handle: "n2", keywords: ["sister"], tags: [], context: "Eva lives in Lyon.", entities: [], facts: [] },
  ],
  links: [
    { from: "n1", to: "c1", kind: "contradicts", why: "She no longer lives there." },
    { from: "n2", to: "n1", kind: "link", why: "Both are about Lyon." },
  ],
  evolutions: [{ handle: "c1", tags: ["former home"], context: null, keywords: null, why: "She moved." }],
};

export type Good = Extract<ExtractionResult, { ok: true }>;

export async function extractorWith(
  t: TestContext,
  behaviours: readonly Behaviour[],
  { options = {}, cache }: { options?: ModelExtractionOptions; cache?: ExtractionCache } = {},
): Promise<{ extraction: ModelExtraction; requests: ChatBody[] }> {
  const { model, requests } = await startChatServer(t, behaviours, { timeout: 5_000 });
  return { extraction: new ModelExtraction(model, NOTES_QUESTION, options, cache), requests };
}

export function good(result: ExtractionResult): Good {
  assert.ok(result.ok, JSON.stringify(result));
  return result;
}

export function bad(result: ExtractionResult): Extract<ExtractionResult, { ok: false }> {
  assert.ok(!result.ok, JSON.stringify(result));
  return result;
}

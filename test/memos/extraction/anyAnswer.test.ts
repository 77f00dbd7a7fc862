import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import * as z from "zod";
import { instantSchema } from "../../../memcube/index.js";
import {
  EXTRACTION_LIMITS as LIMITS,
  ModelExtraction,
  NOTES_QUESTION,
  type ProposedLink,
} from "../../../memos/extraction/index.js";
import { ANSWER, INPUT } from "./support.js";

const label = z.string().min(1).max(LIMITS.labelCharacters);
const name = z.string().min(1).max(LIMITS.nameCharacters);
const sentence = z.string().min(1).max(LIMITS.sentenceCharacters);
const keywords = z.array(label).max(LIMITS.keywords);
const tags = z.array(label).max(LIMITS.tags);
const note = z.enum(["n1", "n2"]);
const candidate = z.enum(["c1", "c2"]);
const handle = z.union([note, candidate]);

const resultSchema = z.object({
  ok: z.literal(true),
  notes: z.array(
    z.strictObject({
      handle: note,
      keywords,
      tags,
      context: sentence.optional(),
      entities: z.array(z.strictObject({ name, kind: label })).max(LIMITS.entities),
      facts: z
        .array(
          z.strictObject({
            subject: name,
            relation: name,
            object: name,
            validFrom: instantSchema.optional(),
            validTo: instantSchema.optional(),
          }),
        )
        .max(LIMITS.facts),
    }),
  ),
  links: z.array(
    z
      .strictObject({
        from: handle,
        to: handle,
        kind: z.enum(["link", "supports", "contradicts"]),
        why: sentence,
      })
      .refine(({ from, to }: ProposedLink) => from !== to && (from.startsWith("n") || to.startsWith("n"))),
  ),
  evolutions: z
    .array(
      z.strictObject({
        handle: candidate,
        tags: tags.optional(),
        context: sentence.optional(),
        keywords: keywords.optional(),
        why: sentence,
      }),
    )
    .max(LIMITS.evolutions),
});

/** Values at the fields of the form, so that many of them are nearly right. */
const word = fc.oneof(
  fc.constantFrom("n1", "n2", "n3", "c1", "c2", "c3", "link", "supports", "2023-05", "2022", "0000", ""),
  fc.string({ unit: "binary", maxLength: 300 }),
);
const junk = fc.oneof(fc.jsonValue({ maxDepth: 3 }), word);
const nearly = (value: fc.Arbitrary<unknown>) => fc.oneof({ arbitrary: value, weight: 9 }, junk);
const list = (item: fc.Arbitrary<unknown>) => nearly(fc.array(nearly(item), { maxLength: 10 }));
const object = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  nearly(fc.record(fields, { requiredKeys: [] }));
const words = list(word);
const answer = object({
  notes: list(
    object({
      handle: word,
      keywords: words,
      tags: words,
      context: word,
      entities: list(object({ name: word, kind: word })),
      facts: list(object({ subject: word, relation: word, object: word, validFrom: word, validTo: word })),
    }),
  ),
  links: list(object({ from: word, to: word, kind: word, why: word })),
  evolutions: list(object({ handle: word, tags: words, context: word, keywords: words, why: word })),
});

async function resultFor(text: string) {
  const complete = async () => ({ text, inputTokens: 1, outputTokens: 1 });
  return new ModelExtraction({ name: "any", complete }, NOTES_QUESTION).extract(INPUT);
}

test("whatever JSON is answered, the result is valid and names only what was offered", async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(answer, async (value) => {
      const result = await resultFor(JSON.stringify(value));
      if (!result.ok) return assert.ok(result.reason !== "" && result.failures.length === 1);
      resultSchema.parse(result);
      const handles = result.notes.map((item) => item.handle);
      assert.equal(new Set(handles).size, handles.length);
      taken += handles.length + result.links.length + result.evolutions.length;
    }),
    { numRuns: 400 },
  );
  assert.ok(taken > 50, `only ${taken} items were taken: the property has hardly been tested`);
});

test("whatever text is answered, nothing is thrown", async () => {
  const whole = JSON.stringify(ANSWER);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc
          .array(fc.constantFrom("{", "}", "[", "]", '"', "\\", ",", ":", "notes", '"notes":[', "n1", " "), {
            maxLength: 60,
          })
          .map((parts) => parts.join("")),
        fc
          .tuple(fc.nat(whole.length), fc.nat(40), fc.string({ maxLength: 5 }))
          .map(([at, length, other]) => whole.slice(0, at) + other + whole.slice(at + length)),
      ),
      async (text) => {
        const result = await resultFor(text);
        if (result.ok) resultSchema.parse(result);
        else assert.ok(result.reason !== "");
      },
    ),
    { numRuns: 600 },
  );
});

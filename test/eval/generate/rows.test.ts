import assert from "node:assert/strict";
import { test } from "node:test";
import { generateDetective } from "../../../eval/generate/detective.js";
import { generateDocuments } from "../../../eval/generate/documents.js";
import { generateEvents } from "../../../eval/generate/events.js";
import { generateKeyValues } from "../../../eval/generate/keyValues.js";
import { generateLabels } from "../../../eval/generate/labels.js";
import { generateMovies } from "../../../eval/generate/movies.js";
import type { GeneratedRow, RowOptions } from "../../../eval/generate/row.js";
import { generateVariables } from "../../../eval/generate/variables.js";
import { mabRowSchema } from "../../../eval/mab/row.js";
import { sourceOf } from "../../../eval/mab/sources.js";
import { optionsIn } from "../../../eval/readers/choice.js";
import { o200k } from "../../../memos/retrieval/tokens.js";

const OPTIONS: RowOptions = { seed: 7, tokens: 2_500, questions: 20 };

const GENERATORS: Readonly<Record<string, (options: RowOptions) => Promise<GeneratedRow>>> = {
  "key-values": generateKeyValues,
  variables: (options) => generateVariables({ ...options, hops: 3, ask: "value" }),
  events: generateEvents,
  "documents for one hop": (options) => generateDocuments({ ...options, hops: 1 }),
  "documents for two hops": (options) => generateDocuments({ ...options, hops: 2 }),
  labels: (options) => generateLabels({ ...options, set: "banking77", source: "icl_banking77" }),
  movies: (options) => generateMovies({ ...options, source: "recsys_redial" }),
};

for (const [name, generate] of Object.entries(GENERATORS))
  test(`${name}: a seed gives a row of the length that is asked for, and another seed another one`, async () => {
    const row = await generate(OPTIONS);
    assert.deepEqual(await generate(OPTIONS), row);
    assert.notEqual((await generate({ ...OPTIONS, seed: 8 })).context, row.context);
    const tokens = (await o200k()).count(row.context);
    assert.ok(tokens > OPTIONS.tokens * 0.75 && tokens <= OPTIONS.tokens, String(tokens));
    assert.equal(row.questions.length, OPTIONS.questions);
    mabRowSchema.parse(row);
    sourceOf(row.metadata.source);
    await assert.rejects(generate({ ...OPTIONS, tokens: 10 }), { code: "INVALID_INPUT" });
    await assert.rejects(generate({ ...OPTIONS, questions: 0 }), { code: "INVALID_INPUT" });
  });

test("it takes the whole key to find a value: others have the same words", async () => {
  const { context, questions, answers } = await generateKeyValues(OPTIONS);
  for (const [index, question] of questions.entries()) {
    const key = /of (\S+)\?/.exec(question)?.[1] as string;
    assert.ok(context.includes(`The value of ${key} is ${answers[index]}.`));
    assert.equal(context.split(key).length, 2);
    assert.ok(context.split(key.replace(/\d+$/, "")).length >= 5);
  }
});

test("a variable leads to its number through a chain that stands in its order", async () => {
  const { context, questions, answers } = await generateVariables({ ...OPTIONS, hops: 3, ask: "value" });
  const held = new Map<string, string>();
  for (const [, name = "", value = ""] of context.matchAll(/VAR (\w+) = (?:VAR )?(\w+)\./g))
    held.set(name, held.get(value) ?? value);
  for (const [index, question] of questions.entries())
    assert.equal(held.get(/variable (\w+)/.exec(question)?.[1] ?? ""), answers[index]?.[0]);
  const all = await generateVariables({ ...OPTIONS, hops: 3, ask: "variables" });
  assert.ok(all.answers.every((names) => names.length === 4));
});

test("four of six events happen in the book, and the right one at its place", async () => {
  const { context, questions, answers, metadata } = await generateEvents(OPTIONS);
  for (const [index, question] of questions.entries()) {
    const options = optionsIn(question);
    const answer = answers[index]?.[0] as string;
    assert.equal(options.length, 6);
    assert.equal(new Set(options).size, 6);
    assert.ok(options.includes(answer));
    assert.equal(options.filter((option) => context.includes(option)).length, 4);
    const given = (metadata.previous_events?.[index] ?? "")
      .split("\n")
      .at(-1)
      ?.replace(/^\d\. /, "") as string;
    const [at, right] = [context.indexOf(given), context.indexOf(answer)];
    assert.equal(at < right, !question.includes("right before"));
    const others = options.filter((option) => option !== answer && context.includes(option));
    for (const other of others)
      assert.ok(Math.abs(context.indexOf(other) - at) > Math.abs(right - at), question);
  }
});

test("a short book has six options for each question too, or fewer questions", async () => {
  const { questions } = await generateEvents({ ...OPTIONS, tokens: 600, questions: 4 });
  assert.ok(questions.every((question) => optionsIn(question).length === 6));
  await assert.rejects(generateEvents({ ...OPTIONS, tokens: 600, questions: 40 }), { code: "INVALID_INPUT" });
});

test("one document has the answer of a question of one hop, and none that of two with what is asked", async () => {
  const one = await generateDocuments({ ...OPTIONS, hops: 1 });
  const two = await generateDocuments({ ...OPTIONS, hops: 2 });
  const together = ({ context, questions, answers }: GeneratedRow) =>
    questions.map((question, index) => {
      const names = question.match(/\p{Lu}\p{L}+/gu)?.slice(1) as string[];
      return context
        .split("\n\n")
        .some(
          (text) =>
            names.every((name) => text.includes(name)) && text.includes(answers[index]?.[0] as string),
        );
    });
  assert.ok(together(one).every((found) => found));
  assert.ok(together(two).every((found) => !found));
  for (const { context, metadata } of [one, two])
    assert.ok(metadata.evidence?.flat().every((text) => context.includes(text)));
  assert.ok(two.metadata.evidence?.every((texts) => texts.length === 2));
});

test("no text that is asked for its label is an example, and its label is one of those", async () => {
  const { context, questions, answers } = await generateLabels({
    ...OPTIONS,
    set: "nlu",
    source: "icl_nlu",
  });
  const labels = new Set(context.match(/label: (\d+)/g));
  assert.ok(labels.size > 5);
  for (const [index, question] of questions.entries()) {
    assert.ok(!context.includes(`${question}\n`));
    assert.ok(labels.has(`label: ${answers[index]}`));
  }
});

test("movies that are recommended are entities, and not those that the question names", async () => {
  const { context, questions, answers, entities } = await generateMovies({
    ...OPTIONS,
    source: "recsys_redial",
  });
  const titles = new Map(
    Object.entries(entities).map(([address, id]) => [
      String(id),
      /resource\/(.*)_\(/.exec(address)?.[1]?.replaceAll("_", " ") as string,
    ]),
  );
  assert.equal(titles.size, Object.keys(entities).length);
  const right = answers.flatMap((ids, index) =>
    ids.map((id) => ({ title: titles.get(id) as string, question: questions[index] as string })),
  );
  assert.ok(right.every(({ title, question }) => !question.includes(title)));
  assert.ok(right.every(({ title }) => context.includes(title)));
});

test("all suspects are treated alike, and only the thief is not borne out", async () => {
  const { context, questions, answers } = await generateDetective({ ...OPTIONS, source: "detective_qa" });
  for (const [index, question] of questions.entries()) {
    const options = optionsIn(question).map((option) => option.slice(3));
    assert.equal(options.length, 4);
    assert.ok(options.every((option) => context.includes(option)));
    assert.ok(optionsIn(question).includes(answers[index]?.[0] as string));
  }
  const thief = answers[0]?.[0]?.slice(3);
  const place = new RegExp(`${thief} claimed to have been in (.*?) at nine`).exec(context)?.[1];
  assert.match(context, new RegExp(`who was in ${place} from eight to ten, told the inspector that nobody`));
  assert.equal(context.split("that nobody else had come").length, 2);
  assert.equal(context.split("that somebody else had come").length, 4);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { locomoScore } from "../../../eval/locomo/answerScore.js";
import { evaluateLocomoAnswers } from "../../../eval/locomo/answers.js";
import { extractiveAnswerer } from "../../../eval/locomo/extractiveAnswerer.js";
import { type LocomoConversation, loadLocomo } from "../../../eval/locomo/format.js";
import { modelAnswerer } from "../../../eval/locomo/modelAnswerer.js";
import { hashOf, type Outcome } from "../../../eval/outcome.js";
import { saidTime } from "../../../eval/readers/saidTime.js";
import { StaticEmbedder } from "../../../memos/index.js";
import { talkingEngine } from "../readers/talkingEngine.js";
import { syntheticLocomo } from "../synthetic.js";
import { temporaryFile } from "../temporaryFolder.js";

const turn = (dia_id: string, speaker: string, text: string) => ({ dia_id, speaker, text });

/** Two sessions of two people and a question of each category; by default in the order of their dates. */
function conversation(dates: [first: string, second: string] = ["2031-05-08", "2031-06-19"]) {
  const [first, second] = dates.map((date) => `${date}T13:05:00.000Z`) as [string, string];
  const sessions = [
    {
      name: "session_1",
      occurredAt: first,
      turns: [
        turn("D1:1", "Bram", "Good to see you!"),
        turn("D1:2", "Orla", "I went to the lantern festival yesterday."),
      ],
    },
    {
      name: "session_2",
      occurredAt: second,
      turns: [
        turn("D2:1", "Orla", "My hobbies are falconry and ropewalking."),
        turn("D2:2", "Bram", "The weather has been odd lately."),
      ],
    },
  ];
  const question = (category: number, text: string, answer?: string) => ({
    question: text,
    category,
    answer,
    evidence: [],
  });
  const questions = [
    question(1, "Which hobbies does Orla have?", "falconry, ropewalking"),
    question(2, "When did Orla go to the lantern festival?", "7 May 2031"),
    question(5, "Which glacier did Bram's grandmother photograph?"),
  ];
  return { sampleId: "syn", sessions, questions } satisfies LocomoConversation;
}

async function answered(conversations: LocomoConversation[], answerer = extractiveAnswerer()) {
  const outcomes: Outcome[] = [];
  const report = await evaluateLocomoAnswers(conversations, {
    answerer,
    embedder: await StaticEmbedder.load(),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { report, outcomes, outputs: outcomes.map(({ output }) => output) };
}

test("rules answer with a date, with a sentence, and with nothing where nothing was said, twice alike", async () => {
  const { report, outputs, outcomes } = await answered([conversation()]);
  assert.deepEqual(outputs.slice(1), ["7 May 2031", "No information available"]);
  assert.match(outputs[0] as string, /falconry and ropewalking/);
  assert.deepEqual([report.n, report.llmCalls, report.promptHash], [3, 0, null]);
  assert.deepEqual(report.byCategory["2"], { n: 1, f1: 100 });
  assert.deepEqual(report.byCategory["5"], { n: 1, f1: 100 });
  assert.equal(report.answerable?.n, 2);
  assert.deepEqual(
    outcomes.map(({ id }) => id),
    ["syn/0", "syn/1", "syn/2"],
  );
  assert.equal(hashOf((await answered([conversation()])).outcomes), hashOf(outcomes));
});

test("sessions whose dates go backwards are answered from, each at its own date", async () => {
  const { outputs } = await answered([conversation(["2031-03-01", "1999-01-01"])]);
  assert.equal(outputs[1], "28 February 2031");
});

test("a model is told what memory recalls, and how to say that there is no answer, whatever the category", async () => {
  const asked: string[] = [];
  const engine = talkingEngine((user) => {
    asked.push(user);
    return user.includes("glacier") ? "That was not mentioned." : "falconry, and ropewalking";
  });
  const { report, outputs } = await answered([conversation()], modelAnswerer(engine));
  assert.equal(outputs[0], "falconry, and ropewalking");
  assert.deepEqual([report.reader, report.llmCalls, report.inputTokens], ["talking", 3, 21]);
  assert.match(report.promptHash ?? "", /^[0-9a-f]{64}$/);
  assert.deepEqual(
    [report.byCategory["1"]?.f1, report.byCategory["2"]?.f1, report.byCategory["5"]?.f1],
    [100, 0, 100],
  );
  assert.match(asked[1] ?? "", /2031-05-08[\s\S]*lantern festival yesterday/);
  for (const prompt of asked) assert.match(prompt, /"not mentioned" if it was never said/);
});

test("an answer in several parts is worth the mean of its parts, and an explanation after ; nothing", () => {
  assert.equal(locomoScore(1, "falconry", "falconry, ropewalking"), 0.5);
  assert.equal(locomoScore(4, "falconry", "falconry, ropewalking"), 2 / 3);
  assert.equal(locomoScore(3, "likely no", "Likely no; she likes clocks"), 1);
  assert.ok(locomoScore(4, "likely no", "Likely no; she likes clocks") < 1);
  assert.throws(() => locomoScore(6, "", ""), { code: "INVALID_INPUT", message: /no category 6/ });
});

test("a time is said as finely as it was told", () => {
  const said = (text: string) => saidTime(text, new Date("2031-05-08T13:56:00Z"));
  assert.equal(said("We met yesterday."), "7 May 2031");
  assert.equal(said("We move next month."), "June 2031");
  assert.equal(said("That was in 2022."), "2022");
  assert.equal(said("I saw her last week."), "the week of 28 April 2031");
  assert.equal(said("I have a ferret."), "8 May 2031");
});

test("what cannot be scored is said before anything is stored", async (context) => {
  const [sample] = syntheticLocomo(1);
  const load = async (qa: unknown) =>
    loadLocomo(await temporaryFile(context, "locomo.json", [{ ...sample, qa }]));
  const refused = async (qa: unknown, message: RegExp) =>
    assert.rejects(answered(await load(qa)), { code: "INVALID_INPUT", message });
  await refused([{ question: "Who?", category: 4, evidence: [] }], /syn-1 has no answer to "Who\?"/);
  await refused([{ question: "Who?", category: 7, answer: "x" }], /no category 7/);
  await refused([], /no conversation of the file has a question/);
});

test("a number is an answer as its digits", async (context) => {
  const file = await temporaryFile(context, "locomo.json", syntheticLocomo(1));
  const [loaded] = await loadLocomo(file);
  assert.deepEqual(
    loaded?.questions.map(({ answer }) => answer),
    ["0", "1", "2", "much", undefined],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { factQuestion } from "../../../graph/extraction/questions.js";
import { factsIn } from "../../../graph/extraction/relations.js";

/** A question and a statement that answers it: both must name the same subject and relation. */
const ANSWERED: [question: string, statement: string][] = [
  ["Where does Ana live?", "Ana lives in Porto."],
  ["Which city does Ana live in now?", "Ana moved to Faro."],
  ["Do you know where Ana lives?", "Ana lives in Porto."],
  ["Where do I live?", "I live in Lisbon."],
  ["Where does my sister live?", "My sister lives in Porto."],
  ["What is the capital of France?", "Paris is the capital of France."],
  ["Who is the CEO of Apple?", "The chief executive officer of Apple is Tim Cook."],
  ["Who is the current president of France?", "The president of France is Ana Silva."],
  ["What is Ana's favourite colour?", "Ana's favourite colour is green."],
  ["what's my favorite color?", "My favourite colour is green."],
  ["What's my phone number?", "My phone number is 555-1234."],
  ["What is my dog's name?", "My dog is called Max."],
  ["What's the name of my dog?", "My dog Max ran away."],
  ["How old am I?", "I'm 34 years old."],
  ["How old is Ana?", "Ana is 34 years old."],
  ["Where was Ana born?", "Ana was born in Paris."],
  ["When was Ana born?", "Ana was born on 3 May 1980."],
  ["Where does Ana work?", "Ana works at Google."],
  ["Who is the employer of Steve Jobs?", "Steve Jobs is employed by NeXT."],
  ["Who is Bob married to?", "Bob is married to Ana."],
  ["Who is Bob's wife?", "Bob is married to Ana."],
  ["Who is Ana's brother?", "Tim is Ana's brother."],
  ["Who is Bill Gates's child?", "Bill Gates's child is Rory."],
  ["Which religion is Obama affiliated with?", "Obama is affiliated with the religion of Islam."],
  ["Which sport is Messi associated with?", "Messi is associated with the sport of tennis."],
  ["What position does Tom Brady play?", "Tom Brady plays the position of goalkeeper."],
  ["What language does Anna speak?", "Anna speaks the language of French."],
  [
    "Which university was Bob Dylan educated at?",
    "The univeristy where Bob Dylan was educated is Harvard University.",
  ],
  ["What is the country of citizenship of Tom Brady?", "Tom Brady is a citizen of Spain."],
  ["Which continent is France located in?", "France is located in the continent of Asia."],
  [
    "What is the name of the current head of state in France?",
    "The name of the current head of state in France is Ana Silva.",
  ],
  [
    "What is the name of the current head of the France government?",
    "The name of the current head of the France government is Ana Silva.",
  ],
  ["Which city did Karl Marx die in?", "Karl Marx died in the city of London."],
  ["Which city did Karl Marx work in?", "Karl Marx worked in the city of London."],
  ["Who performed Thriller Night?", "Thriller Night was performed by Ana Silva."],
  ["Who founded Google?", "Google was founded by Larry Page."],
  ["Who was Star Trek created by?", "Star Trek was created by Ana Silva."],
  ["Who wrote Animal Farm?", "The author of Animal Farm is Ana Silva."],
  ["What is Walt Disney famous for?", "Walt Disney is famous for Mickey Mouse."],
  ["Which company is iPhone produced by?", "The company that produced iPhone is Apple."],
  ["Which country was Dumb and Dumber created in?", "Dumb and Dumber was created in the country of Japan."],
  ["Which city was Oasis founded in?", "Oasis was founded in the city of Leeds."],
  ["What type of music does Louis Armstrong play?", "The type of music that Louis Armstrong plays is jazz."],
  [
    "Which city is the headquarter of Apple located in?",
    "The headquarters of Apple is located in the city of Leeds.",
  ],
  ["Which language was Animal Farm written in?", "Animal Farm was written in the language of Welsh."],
  ["Who is the original broadcaster of Lost?", "The origianl broadcaster of Lost is ABC."],
  ["What is the official language of Peru?", "The official language of Peru is Spanish."],
  ["Who is the chairperson of Fiat?", "The chairperson of Fiat is Ana Silva."],
];

test("a question names the subject and relation of the statement that answers it", () => {
  for (const [question, statement] of ANSWERED) {
    const fact = factsIn(statement, { speaker: "Tom" }).at(-1);
    assert.ok(fact, statement);
    assert.deepEqual(
      factQuestion(question, "Tom"),
      { subject: fact.subject, relation: fact.relation },
      question,
    );
  }
});

test("questions of other shapes, about nobody known or of several steps are left alone", () => {
  for (const question of [
    "Why is the sky blue?",
    "What did Caroline research?",
    "Where does he live?",
    "What is your name?",
    "What is it?",
    "What is the capital of the country where Ana was born?",
    "How are you?",
    "Tell me about Ana.",
    "",
    "?",
    `Where does ${"Ana ".repeat(200)} live?`,
  ])
    assert.equal(factQuestion(question, "Tom"), undefined, question);
});

test("the first person needs a speaker", () => {
  assert.equal(factQuestion("Where do I live?"), undefined);
  assert.equal(factQuestion("What is my favourite colour?"), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shiftedTime } from "../../../agents/chat/shiftedTime.js";
import { spokenTime } from "../../../agents/chat/spokenTime.js";

/** A Wednesday. */
const NOW = new Date("2026-05-13T15:00:00Z");

/** First and last day of the time that a message speaks of. */
function days(message: string, now: Date | undefined = NOW): string | undefined {
  const time = spokenTime(message, now);
  if (time === undefined) return undefined;
  return `${time.from.slice(0, 10)} ${new Date(Date.parse(time.to) - 1).toISOString().slice(0, 10)}`;
}

const YESTERDAY = "2026-05-12 2026-05-12";
const WEEKEND = "2026-05-09 2026-05-10";
const LAST_MONTH = "2026-04-01 2026-04-30";
const LAST_YEAR = "2025-01-01 2025-12-31";
const THREE_DAYS = "2026-05-10 2026-05-10";
const MARCH = "2024-03-01 2024-03-31";

const SAID: Readonly<Record<string, readonly [message: string, time: string][]>> = {
  English: [
    ["What did I do yesterday?", YESTERDAY],
    ["What did I do last weekend?", WEEKEND],
    ["Who came last month?", LAST_MONTH],
    ["What happened last year?", LAST_YEAR],
    ["What did I buy three days ago?", THREE_DAYS],
    ["Where was I in March 2024?", MARCH],
  ],
  German: [
    ["Was habe ich gestern gemacht?", YESTERDAY],
    ["Was war letztes Wochenende?", WEEKEND],
    ["Wer war letzten Monat da?", LAST_MONTH],
    ["Was war im letzten Jahr?", LAST_YEAR],
    ["Was habe ich vor drei Tagen gekauft?", THREE_DAYS],
    ["Wo war ich im März 2024?", MARCH],
  ],
  French: [
    ["Qu'est-ce que j'ai fait hier ?", YESTERDAY],
    ["Où étions-nous le week-end dernier ?", WEEKEND],
    ["Qui est venu le mois dernier ?", LAST_MONTH],
    ["Qu'ai-je fait l'année dernière ?", LAST_YEAR],
    ["Qu'est-ce que j'ai acheté il y a trois jours ?", THREE_DAYS],
    ["Où étais-je en mars 2024 ?", MARCH],
  ],
  Spanish: [
    ["¿Qué hice ayer?", YESTERDAY],
    ["¿Qué hice el fin de semana pasado?", WEEKEND],
    ["¿Quién vino el mes pasado?", LAST_MONTH],
    ["¿Qué pasó el año pasado?", LAST_YEAR],
    ["¿Qué compré hace tres días?", THREE_DAYS],
    ["¿Dónde estuve en marzo de 2024?", MARCH],
  ],
  Portuguese: [
    ["O que eu fiz ontem?", YESTERDAY],
    ["O que eu fiz no fim de semana passado?", WEEKEND],
    ["Quem veio no mês passado?", LAST_MONTH],
    ["O que aconteceu no ano passado?", LAST_YEAR],
    ["O que eu comprei há três dias?", THREE_DAYS],
    ["Onde eu estava em março de 2024?", MARCH],
  ],
  Italian: [
    ["Che cosa ho fatto ieri?", YESTERDAY],
    ["Che cosa ho fatto lo scorso weekend?", WEEKEND],
    ["Chi è venuto il mese scorso?", LAST_MONTH],
    ["Che cosa è successo l'anno scorso?", LAST_YEAR],
    ["Che cosa ho comprato tre giorni fa?", THREE_DAYS],
    ["Dove ero a marzo 2024?", MARCH],
  ],
  Dutch: [
    ["Wat heb ik gisteren gedaan?", YESTERDAY],
    ["Wat heb ik vorig weekend gedaan?", WEEKEND],
    ["Wie was er vorige maand?", LAST_MONTH],
    ["Wat was er vorig jaar?", LAST_YEAR],
    ["Wat heb ik drie dagen geleden gekocht?", THREE_DAYS],
    ["Waar was ik in maart 2024?", MARCH],
  ],
  Russian: [
    ["Что я делал вчера?", YESTERDAY],
    ["Что было в прошлые выходные?", WEEKEND],
    ["Кто был в прошлом месяце?", LAST_MONTH],
    ["Что было в прошлом году?", LAST_YEAR],
    ["Что я купил три дня назад?", THREE_DAYS],
    ["Где я был в марте 2024 года?", MARCH],
  ],
  Chinese: [
    ["我昨天做了什么？", YESTERDAY],
    ["上周末我做了什么？", WEEKEND],
    ["上个月谁来了？", LAST_MONTH],
    ["去年发生了什么？", LAST_YEAR],
    ["三天前我买了什么？", THREE_DAYS],
    ["2024年3月我在哪里？", MARCH],
  ],
  Japanese: [
    ["昨日は何をしましたか？", YESTERDAY],
    ["先週の週末は何をしましたか？", WEEKEND],
    ["先月は誰が来ましたか？", LAST_MONTH],
    ["去年は何がありましたか？", LAST_YEAR],
    ["三日前に何を買いましたか？", THREE_DAYS],
    ["2024年3月はどこにいましたか？", MARCH],
  ],
};

for (const [language, said] of Object.entries(SAID))
  test(`rules know times in ${language}`, () => {
    for (const [message, time] of said) assert.equal(days(message), time, message);
  });

test("words that name a time in another language do not in this one", () => {
  for (const message of [
    "Was ist hier los?",
    "Who is my doctor?",
    "Wer ist meine Ärztin?",
    "我的医生是谁？",
    "Как зовут моего врача?",
  ])
    assert.equal(days(message), undefined, message);
});

test("without a present there are only times that name their year", () => {
  assert.equal(days("What did I do yesterday?", undefined), YESTERDAY);
  assert.equal(spokenTime("What did I do yesterday?", undefined), undefined);
  assert.equal(spokenTime("Where was I in March 2024?", undefined)?.from, "2024-03-01T00:00:00.000Z");
});

test("the year before is the one before that, as fine as it was", () => {
  const base = (from: string, to: string) => ({ text: "then", from, to, precision: "range" as const });
  const year = base("2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z");
  const day = base("2024-05-03T00:00:00.000Z", "2024-05-04T00:00:00.000Z");
  for (const message of [
    "and the year before?",
    "und im Jahr davor?",
    "et l'année précédente ?",
    "¿y el año anterior?",
    "e no ano anterior?",
    "e l'anno prima?",
    "en het jaar daarvoor?",
    "а год до этого?",
    "那前一年呢？",
    "その前の年は？",
  ]) {
    assert.equal(shiftedTime(message, year)?.from, "2023-01-01T00:00:00.000Z", message);
    assert.equal(shiftedTime(message, year)?.to, "2024-01-01T00:00:00.000Z", message);
    assert.equal(shiftedTime(message, day)?.from, "2023-05-03T00:00:00.000Z", message);
    assert.equal(shiftedTime(message, undefined), undefined);
  }
  assert.equal(shiftedTime("and the month before?", year)?.from, "2023-12-01T00:00:00.000Z");
  assert.equal(shiftedTime("and the day after?", day)?.from, "2024-05-04T00:00:00.000Z");
});

test("of any text a time is a span that stands in it, or nothing", () => {
  const words = [...Object.values(SAID).flat()].flatMap(([message]) => message.split(" "));
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(fc.constantFrom(...words), { maxLength: 8 }).map((some) => some.join(" ")),
  );
  fc.assert(
    fc.property(
      text,
      fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
      (message, now) => {
        const time = spokenTime(message, now);
        if (time === undefined) return;
        assert.ok(time.from < time.to);
        assert.ok(message.includes(time.text));
        const shifted = shiftedTime("the year before", time);
        assert.ok(shifted === undefined || shifted.from < shifted.to);
      },
    ),
  );
});

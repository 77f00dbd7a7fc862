import assert from "node:assert/strict";
import { after, test } from "node:test";
import { found, inBothTiers, openMemos, openStore, remember, textIn } from "./support.js";

/** A text, and words of it to look for. */
const TEXTS: Readonly<Record<string, { text: string; queries: readonly string[] }>> = {
  Arabic: { text: "انتقلت ليلى إلى القاهرة في شهر مارس", queries: ["القاهرة", "ليلى"] },
  "Arabic with vowel signs": { text: "كِتَابٌ جَدِيدٌ عَنِ التَّارِيخِ", queries: ["كتاب", "التاريخ"] },
  Hebrew: { text: "יעל גרה בתל אביב ליד הים", queries: ["אביב", "יעל"] },
  Chinese: { text: "小王住在北京,喜欢喝龙井茶。", queries: ["北京", "龙井茶"] },
  Japanese: { text: "田中さんは大阪でラーメンを食べました。", queries: ["大阪", "ラーメン"] },
  Korean: { text: "민수는 부산에서 커피를 마셨다", queries: ["부산에서", "커피를"] },
  Thai: { text: "สมชายอาศัยอยู่ที่เชียงใหม่กับแมวสองตัว", queries: ["เชียงใหม่", "แมว"] },
  Khmer: { text: "ខ្ញុំរស់នៅភ្នំពេញ", queries: ["ភ្នំពេញ"] },
  Russian: { text: "Алёша живёт в Санкт-Петербурге у Невы", queries: ["Невы", "Алеша", "петербурге"] },
  Greek: { text: "Η Ελένη μένει στη Θεσσαλονίκη", queries: ["Θεσσαλονίκη", "Ελένη"] },
  Hindi: { text: "अनिता दिल्ली में हिन्दी पढ़ाती है", queries: ["दिल्ली", "हिन्दी"] },
  "accented Latin": {
    text: "Zoë älter façade señor Łódź naïve",
    queries: ["Zoe", "facade", "señor", "Łódź"],
  },
  Vietnamese: { text: "Ông Nguyễn uống cà phê ở Đà Nẵng", queries: ["Nguyễn", "cà phê"] },
  "decomposed accents": { text: "Cafe\u0301 in Zu\u0308rich", queries: ["Café", "Zürich"] },
  "full-width letters": { text: "ＭｅｍＯＳ は ２０２６年", queries: ["memos", "2026"] },
  emoji: { text: "Party 🎉 with 👩‍👩‍👧 and 🇵🇹 flags 🚀", queries: ["party", "🎉", "🚀", "🇵🇹"] },
  "mixed directions": {
    text: "The hotel מלון in القاهرة opens at ９:00",
    queries: ["hotel", "מלון", "القاهرة"],
  },
};

const { memos, path } = await openMemos({ after });
const store = await openStore({ after }, path);

for (const [language, { text, queries }] of Object.entries(TEXTS))
  test(`${language} is stored word for word and found by its words`, async () => {
    const scope = { tenant: language };
    const id = await remember(memos, text, scope);
    await memos.add("something else entirely", scope);
    assert.equal(textIn(await memos.get(id, scope)), text);
    await inBothTiers(store, async () => {
      for (const query of queries) assert.deepEqual(await found(memos, query, scope), [text], query);
      const { text: context } = await memos.recall(queries[0] ?? "", scope, { budget: 300 });
      assert.ok(context.includes(text));
    });
  });

test("names and metadata of any script are kept and select", async () => {
  const scope = { tenant: "組織 مؤسسة", user: "Ольга" };
  const memory = { text: "note", actor: "Ольга", tags: ["שלום"], metadata: { "clé 鍵": "värde 🗝" } };
  const id = await remember(memos, memory, scope);
  const cube = await memos.get(id, scope);
  assert.deepEqual([cube.scope, cube.provenance.actor, cube.attributes.tags], [scope, "Ольга", ["שלום"]]);
  await inBothTiers(store, async () => {
    const where = { field: "metadata.clé 鍵", op: "eq" as const, value: "värde 🗝" };
    assert.deepEqual(await found(memos, "note", scope, { where }), ["note"]);
    assert.deepEqual(await found(memos, "note", { tenant: scope.tenant, user: "Олег" }), []);
  });
});

test("a document's long title of any script makes no broken name", async () => {
  const scope = { tenant: "titles" };
  const title = "t".repeat(255) + "🎉".repeat(20);
  const id = await remember(memos, { text: "text", origin: "document", title }, scope);
  const { cube, history } = { cube: await memos.get(id, scope), history: await memos.history(id, scope) };
  assert.equal(cube.attributes.title, title);
  assert.ok(cube.provenance.actor.isWellFormed());
  assert.equal(history.intact, true);
});

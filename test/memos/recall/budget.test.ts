import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { openMemos } from "../support.js";

const { memos } = await openMemos({ after });
let runs = 0;

/** The tokenizer itself, without our counting in pieces. */
const tokensOf = (text: string) => countTokens(text, { disallowedSpecial: new Set() });

const word = fc.constantFrom(
  "walrus",
  "oboe,",
  "çirkin",
  "日本語",
  "<|endoftext|>",
  "<|im_start|>",
  "👩‍👩‍👧",
  "x=1;",
  "\n",
  "  ",
);
const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(word, { minLength: 1, maxLength: 60 }).map((words) => `walrus ${words.join(" ")}`),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4_000 }).map((n) => `walrus ${"x".repeat(n)}`) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 400 }).map((n) => "walrus walrus ".repeat(n)) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: "binary", minLength: 1, maxLength: 200 })
      .map((s) => `walrus ${s.replaceAll("\u0000", "")}`),
  },
);
const memory = fc.record(
  {
    text,
    type: fc.constantFrom("core" as const, "episodic" as const),
    title: fc.constantFrom("A title", "t".repeat(1_000)),
    actor: fc.constantFrom("ana", "a".repeat(256)),
  },
  { requiredKeys: ["text"], noNullPrototype: true },
);

test("a context is never over its budget, whatever it is made of", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(memory, { minLength: 1, maxLength: 12 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 4_000 })), {
        minLength: 4,
        maxLength: 4,
      }),
      async (memories, budgets) => {
        const scope = { tenant: `run ${++runs}` };
        await memos.add(memories, scope);
        for (const budget of budgets) {
          const result = await memos.recall("walrus", scope, { budget });
          const tokens = tokensOf(result.text);
          assert.ok(tokens <= budget, `${tokens} of ${budget}`);
          assert.ok(
            result.tokens >= tokens && result.tokens <= budget,
            `said ${result.tokens}, counted ${tokens}`,
          );
          assert.ok(result.items.reduce((sum, item) => sum + item.tokens, 0) <= budget);
          assert.equal(result.text === "", result.items.length === 0);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("of running text the stated tokens are exactly those of the tokenizer", async () => {
  const scope = { tenant: "exact" };
  await memos.add(
    Array.from(
      { length: 40 },
      (_, n) => `The walrus, no. ${n}, didn't eat ${n * 1234} clams; it's said: "enough!"\nÇa va?`,
    ),
    scope,
  );
  const { text, tokens, items } = await memos.recall("walrus", scope, { budget: 10_000 });
  assert.equal(items.length, 40);
  assert.equal(tokens, tokensOf(text));
});

test("a larger budget holds more, and a sufficient one everything", async () => {
  const scope = { tenant: "growing" };
  await memos.add(
    Array.from({ length: 30 }, (_, n) => `The walrus counted to number ${n}.`),
    scope,
  );
  const sizes: number[] = [];
  for (const budget of [20, 60, 200, 5_000])
    sizes.push((await memos.recall("walrus", scope, { budget })).items.length);
  assert.equal(sizes[0], 0, "not even the frame fits");
  assert.deepEqual(
    sizes,
    [...sizes].sort((a, b) => a - b),
  );
  assert.equal(sizes.at(-1), 30);
});

test("a text that does not fit is cut short at a word and says so; it does not keep out the others", async () => {
  const scope = { tenant: "cut" };
  await memos.add(["walrus walrus walrus ".repeat(2_000), "The walrus is grey."], scope);
  const { items, text } = await memos.recall("walrus", scope, { budget: 200 });
  assert.equal(items[0]?.truncated, true);
  assert.match(text, /walrus …\n/);
  const unbroken = { tenant: "unbroken" };
  await memos.add([`walrus ${"x".repeat(1_000_000)}`, "The walrus is grey, and so is the sky."], unbroken);
  const result = await memos.recall("walrus", unbroken, { budget: 400 });
  assert.ok(result.items.length >= 1);
  const titled = { tenant: "titled" };
  await memos.add([{ text: "walrus", title: "walrus ".repeat(140) }, "The walrus is grey."], titled);
  const { text: beside } = await memos.recall("walrus", titled, { budget: 100 });
  assert.ok(beside.includes("The walrus is grey."), "what cannot even be cut leaves room for the next");
});

test("nothing found is an empty context", async () => {
  const { text, tokens, items } = await memos.recall("walrus", { tenant: "nobody" });
  assert.deepEqual([text, tokens, items], ["", 0, []]);
});

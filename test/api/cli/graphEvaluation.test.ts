import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { syntheticLocomo, syntheticRetrieval } from "../../eval/synthetic.js";
import { temporaryFile } from "../../eval/temporaryFolder.js";
import { memos, memosJson } from "./memosProcess.js";
import { locomoReportSchema, retrievalReportSchema } from "./reports.js";

const openieReportSchema = retrievalReportSchema.extend({
  openie: z.strictObject({ passages: z.int(), triples: z.int(), skipped: z.int() }),
});

const PERSON = { title: "Orla Venn", triple: ["Orla Venn", "birthplace", "Quillmere"] };

test("eval retrieval takes triples by passage, and says which it could not use", async (context) => {
  const data = await temporaryFile(context, "towns.json", syntheticRetrieval());
  const openie = await temporaryFile(context, "openie.json", {
    openie: [
      { id: 0, triples: [PERSON.triple, ["Orla Venn", "", "x"], ["too", "short"], "no triple"] },
      { id: "1", triples: [["Tamsin Roake", "born in", "Harrowgate Sands"]] },
      { id: 999, triples: [PERSON.triple] },
    ],
  });
  const report = await memosJson(
    ["eval", "retrieval", "--data", data, "--openie", openie],
    openieReportSchema,
  );
  assert.deepEqual(report.openie, { passages: 2, triples: 2, skipped: 4 });
  assert.equal(report.recall["5"], 100);
});

test("eval retrieval takes a cache of HippoRAG, whose passages it knows by their text", async (context) => {
  const dataset = syntheticRetrieval();
  const passage = dataset.corpus.find(({ title }) => title === PERSON.title);
  const docs = [
    { passage: `${PERSON.title}\n${passage?.text}`, extracted_triples: [PERSON.triple] },
    { passage: "Atlantis\nA town of nobody.", extracted_triples: [PERSON.triple] },
  ];
  const data = await temporaryFile(context, "towns.json", dataset);
  const cache = await temporaryFile(context, "cache.json", { docs });
  const report = await memosJson(
    ["eval", "retrieval", "--data", data, "--openie", cache],
    openieReportSchema,
  );
  assert.deepEqual(report.openie, { passages: 1, triples: 1, skipped: 1 });
});

test("triples lead to a passage that shares no word with the question", async (context) => {
  const data = await temporaryFile(context, "two.json", {
    corpus: [
      { id: "hop", title: "Orla Venn", text: "Orla Venn practises bookbinding." },
      { id: "gold", title: "Kestrel works", text: "It was shut down by its owners long ago." },
      ...Array.from({ length: 12 }, (_, n) => ({
        id: `x${n}`,
        title: `Tarn ${n}`,
        text: "Rain falls there.",
      })),
    ],
    queries: [{ question: "Where does Orla Venn earn a living?", gold: ["gold"] }],
  });
  const triples = [["Orla Venn", "employer", "Kestrel Works"]];
  const openie = await temporaryFile(context, "openie.json", [{ id: "hop", triples }]);
  const args = ["eval", "retrieval", "--data", data, "--k", "2", "--channels", "text,graph"];
  const [without, withTriples] = await Promise.all([
    memosJson(args, retrievalReportSchema),
    memosJson([...args, "--openie", openie], retrievalReportSchema),
  ]);
  assert.deepEqual([without.recall["2"], withTriples.recall["2"]], [0, 100]);
});

test("triples that cannot be used at all are a failure that names the file", async (context) => {
  const data = await temporaryFile(context, "towns.json", syntheticRetrieval());
  const strangers = await temporaryFile(context, "strangers.json", [{ id: 999, triples: [PERSON.triple] }]);
  const prose = await temporaryFile(context, "prose.json", "not JSON");
  const other = await temporaryFile(context, "other.json", { triples: [] });
  const cases: [file: string, message: RegExp][] = [
    [strangers, /strangers\.json holds no triple of a passage of this corpus/],
    [prose, /prose\.json/],
    [other, /other\.json/],
    [`${other}.missing`, /missing/],
  ];
  await Promise.all(
    cases.map(async ([file, message]) => {
      const { status, stdout, stderr } = await memos(["eval", "retrieval", "--data", data, "--openie", file]);
      assert.deepEqual([status, stdout], [1, ""], stderr);
      assert.match(stderr, /^error: .+\n[A-Z_]+: .+\n$/);
      assert.match(stderr, message);
    }),
  );
});

test("eval locomo searches with the channels that it is given", async (context) => {
  const data = await temporaryFile(context, "locomo.json", syntheticLocomo(2));
  const args = ["eval", "locomo", "--data", data, "--k", "25", "--channels"];
  // The graph is walked from what other channels found: alone it has nowhere to begin.
  const foundNothing = locomoReportSchema.extend({ contextTokens: z.literal(0) });
  const [both, graph] = await Promise.all([
    memosJson([...args, "text,graph"], locomoReportSchema),
    memosJson([...args, "graph"], foundNothing),
  ]);
  assert.deepEqual([both.n, both.recall], [8, { 25: 100 }]);
  assert.deepEqual([graph.n, graph.recall], [8, { 25: 0 }]);

  const unknown = await memos(["eval", "locomo", "--data", data, "--channels", "text,smell"]);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /--channels/);
});

import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Agent } from "../../../eval/agents/agent.js";
import { freshNamespace, proveNamespaces } from "../../../eval/mab/selfCheck.js";
import { memoriseMessage } from "../../../eval/mab/templates.js";

const FACTS = [
  "The lighthouse of Velmouth was built by Orla Venn in 1871.",
  "Beekeeping is forbidden in Tarnby between June and August.",
  "The ferret of Bram Ostrey is called Biscuit.",
];

function chunk(text: string) {
  return { text, message: memoriseMessage("documents", text) };
}

/** What every system under test does. `ranks` is false for one that always gives everything. */
export function testAgent(name: string, make: () => Promise<Agent>, { ranks = true } = {}): void {
  let made: Promise<Agent> | undefined;
  const agent = () => {
    made ??= make();
    return made;
  };
  after(async () => (await made)?.close());

  test(`${name} finds what it has memorised`, async () => {
    const memory = await (await agent()).open(freshNamespace("contract", 0));
    for (const fact of FACTS) await memory.memorise(chunk(fact));
    const passages = await memory.retrieve("Who built the lighthouse of Velmouth?", 2);
    assert.match(passages[0] ?? "", /Orla Venn/);
    if (ranks) assert.ok(passages.length <= 2);
    await memory.close();
  });

  test(`${name} has nothing in a new namespace`, async () => {
    const memory = await (await agent()).open(freshNamespace("contract", 1));
    assert.deepEqual(await memory.retrieve("Who built the lighthouse of Velmouth?", 5), []);
    await memory.close();
  });

  test(`${name} passes the self-check`, async () => {
    await proveNamespaces(await agent());
  });

  test(`${name} gives the same passages for the same query, and takes text of any kind`, async () => {
    const memory = await (await agent()).open(freshNamespace("contract", 2));
    await memory.memorise(
      chunk(`${FACTS.join("\n")}\nodd: \ud800 東京 <|endoftext|> ${"word ".repeat(900)}`),
    );
    const query = "What is the ferret called?";
    assert.deepEqual(await memory.retrieve(query, 3), await memory.retrieve(query, 3));
    // Longer than what most systems take for a query: the question is at its end.
    assert.ok((await memory.retrieve(`${"padding ".repeat(2_000)} ${query}`, 3)).length > 0);
    await memory.close();
  });
}

import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import type { Scope } from "../../../memos/index.js";
import { openMemos, remember } from "../support.js";
import { PEOPLE, PLACES, picture, rowsOfGraph } from "./support.js";

const { memos, path } = await openMemos({ after });
const { memos: other } = await openMemos({ after });
let runs = 0;

const person = fc.constantFrom(...PEOPLE);
const place = fc.constantFrom(...PLACES);
const text = fc.oneof(
  fc.tuple(person, place).map(([who, where]) => `${who} lives in ${where}.`),
  fc.tuple(person, place).map(([who, where]) => `${who} was born in ${where}.`),
  fc.tuple(person, place).map(([who, where]) => `${who} moved to ${where} in March 2021.`),
  fc.tuple(person, person, place).map(([who, whom, where]) => `${who} met ${whom} in ${where}.`),
  place.map((where) => `${where} is a city by the sea.`),
);
const note = fc.record({ text, title: fc.option(fc.oneof(person, place), { nil: undefined }) });

type Note = typeof note extends fc.Arbitrary<infer Value> ? Value : never;

interface Step {
  readonly kind: "add" | "update" | "forget" | "restore";
  readonly note: Note;
  /** Which of the cubes, counted around. */
  readonly target: number;
  readonly linked: boolean;
}

const program = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom("add", "add", "add", "update", "forget", "restore"),
    note,
    target: fc.nat(20),
    linked: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Runs the steps on the cubes given and on those it adds; returns the ids that are left. */
async function run(
  steps: readonly Step[],
  scope: Scope,
  linkable: readonly string[] = [],
): Promise<string[]> {
  const ids: string[] = [];
  for (const { kind, note, target, linked } of steps) {
    const { text, title } = note;
    const memory = { text, ...(title === undefined ? {} : { title }) };
    const at = ids.length === 0 ? -1 : target % ids.length;
    const id = ids[at];
    const others = [...linkable, ...ids];
    const to = linked ? others[target % Math.max(1, others.length)] : undefined;
    if (kind === "add" || id === undefined) {
      const links = to === undefined ? {} : { links: [{ to, kind: "link" as const }] };
      ids.push(await remember(memos, { ...memory, ...links }, scope));
    } else if (kind === "update") await memos.update(id, memory, scope);
    else if (kind === "restore") await memos.restore(id, 1, scope);
    else {
      await memos.forget(id, scope);
      ids.splice(at, 1);
    }
  }
  return ids;
}

/** Which of several cubes was the first to say the same is a matter of when, not of what they say. */
function withoutRepetitions({ edges, ...rest }: Awaited<ReturnType<typeof picture>>) {
  return { ...rest, edges: edges.filter((edge) => !edge.includes('"synonym"')) };
}

test("cubes that were added and forgotten leave the graph as if they had never been", async () => {
  await fc.assert(
    fc.asyncProperty(program, program, async (kept, passing) => {
      const scope = { tenant: `forgotten ${runs++}` };
      const ids = await run(kept, scope);
      const before = { picture: await picture(memos, scope), rows: rowsOfGraph(path) };
      for (const id of await run(passing, scope, ids)) await memos.forget(id, scope);
      assert.deepEqual({ picture: await picture(memos, scope), rows: rowsOfGraph(path) }, before);
    }),
    { numRuns: 40 },
  );
});

test("the graph that grew write by write is the one that a rebuild derives", async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      const scope = { tenant: `rebuilt ${runs++}` };
      await run(steps, scope);
      const grown = { picture: await picture(memos, scope), rows: rowsOfGraph(path) };
      await memos.rebuildGraph();
      assert.deepEqual({ picture: await picture(memos, scope), rows: rowsOfGraph(path) }, grown);
    }),
    { numRuns: 25 },
  );
});

test("the graph that grew write by write is the one that another store derives from the cubes", async () => {
  await fc.assert(
    fc.asyncProperty(program, async (steps) => {
      const scope = { tenant: `carried over ${runs++}` };
      await run(steps, scope);
      for await (const _ of other.import(memos.export(scope), scope));
      assert.deepEqual(
        withoutRepetitions(await picture(other, scope)),
        withoutRepetitions(await picture(memos, scope)),
      );
    }),
    { numRuns: 25 },
  );
});

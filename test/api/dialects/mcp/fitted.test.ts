import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitted, leftOut } from "../../../../api/dialects/mcp/graph/fitted.js";

const word = fc.string({ minLength: 1, maxLength: 40 });
const graph = fc.record({
  entities: fc.array(
    fc.record({ name: word, entityType: word, observations: fc.array(word, { maxLength: 8 }) }),
    { maxLength: 20 },
  ),
  relations: fc.array(fc.record({ from: word, to: word, relationType: word }), { maxLength: 20 }),
});

test("what is given fits, is a beginning of the graph, and what is left out is counted", () => {
  fc.assert(
    fc.property(graph, fc.integer({ min: 0, max: 4_000 }), (whole, most) => {
      const { graph: given, left } = fitted(whole, most);
      const brackets = '{"entities":[],"relations":[]}'.length;
      assert.ok(JSON.stringify(given).length <= most + brackets + given.entities.length);
      const count = ({ entities }: typeof whole) =>
        entities.flatMap(({ observations }) => observations).length;
      assert.equal(given.entities.length + left.entities, whole.entities.length);
      assert.equal(given.relations.length + left.relations, whole.relations.length);
      const ofGiven = { ...whole, entities: whole.entities.slice(0, given.entities.length) };
      assert.equal(
        given.entities.flatMap(({ observations }) => observations).length + left.observations,
        count(ofGiven),
      );
      assert.deepEqual(
        given.entities.map(({ name }) => name),
        ofGiven.entities.map(({ name }) => name),
      );
    }),
  );
});

test("nothing is told of a graph that is given whole", () => {
  const whole = { entities: [{ name: "Ana", entityType: "person", observations: ["runs"] }], relations: [] };
  const fit = fitted(whole, 1_000);
  assert.deepEqual(fit.graph, whole);
  assert.equal(leftOut(fit), undefined);
});

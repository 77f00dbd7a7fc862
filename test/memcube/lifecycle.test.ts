import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CubeState,
  cubeStateSchema,
  DEFAULT_GOVERNANCE,
  isMemosError,
  operationSchema,
  RECALLED_STATES,
  stateAfter,
  statesBefore,
  TRANSITIONS,
  type TransitionName,
} from "../../memcube/index.js";
import { Life, oneOf, seeded } from "./lifeModel.js";

const ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
const SEQUENCES = 100_000;
const LONGEST = 12;

/** A rollback leads wherever the cube was then, which the table is told. */
const NAMES = (Object.keys(TRANSITIONS) as TransitionName[]).filter((name) => name !== "rollback");

test("100,000 random lives go as a small model of them says, and what is refused changes nothing", () => {
  const random = seeded(7);
  const seen = new Set<string>();
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const life = new Life();
    life.place = random() < 0.3 ? "review" : "memory";
    life.readonly = random() < 0.2;
    life.held = random() < 0.2;
    const states: CubeState[] = [life.state];
    const governance = {
      ...DEFAULT_GOVERNANCE,
      readonly: life.readonly,
      retention: life.held ? ("legal-hold" as const) : ("default" as const),
    };
    const steps = Math.ceil(random() * LONGEST);
    const done: string[] = [];
    for (let step = 0; step < steps; step++) {
      const operation = oneOf(NAMES, random);
      const state = states.at(-1) as CubeState;
      const possible = statesBefore(state);
      const before = states.findLast((earlier) => possible.includes(earlier));
      const expected = life.take(operation);
      done.push(operation);
      seen.add(`${state} ${operation} ${expected}`);
      try {
        states.push(stateAfter(operation, { id: ID, state, governance }, before));
        assert.ok(expected, `allowed after all: sequence ${sequence}: ${done.join(", ")}`);
      } catch (error) {
        assert.ok(isMemosError(error), String(error));
        assert.ok(["INVALID_TRANSITION", "CONFLICT"].includes(error.code));
        assert.ok(!expected, `refused: sequence ${sequence}: ${done.join(", ")}`);
      }
      assert.equal(states.at(-1), life.state, `sequence ${sequence}: ${done.join(", ")}`);
    }
  }
  // Every state met every operation: otherwise the walk proves less than it says.
  for (const state of cubeStateSchema.options)
    for (const name of NAMES)
      assert.ok(seen.has(`${state} ${name} true`) || seen.has(`${state} ${name} false`), `${state} ${name}`);
});

test("every operation but the two that make a cube is in the table", () => {
  const born = ["add", "import"];
  assert.deepEqual(
    Object.keys(TRANSITIONS).sort(),
    operationSchema.options.filter((name) => !born.includes(name)).sort(),
  );
});

test("only active and frozen memories are recalled, and each state can be left and reached", () => {
  assert.deepEqual([...RECALLED_STATES].sort(), ["active", "frozen"]);
  for (const state of cubeStateSchema.options)
    assert.ok(
      Object.values(TRANSITIONS).some(({ from }) => (from as readonly CubeState[]).includes(state)),
      `${state} can be left`,
    );
});

test("a refusal names the state, and a protected cube says what protects it", () => {
  const refusal = (name: TransitionName, state: CubeState, protection: object = {}) => {
    try {
      stateAfter(name, { id: ID, state, governance: { ...DEFAULT_GOVERNANCE, ...protection } }, undefined);
    } catch (error) {
      if (isMemosError(error)) return `${error.code}: ${error.message}`;
    }
    return "allowed";
  };
  assert.equal(
    refusal("update", "frozen"),
    `INVALID_TRANSITION: Cube ${ID} is frozen: update is for generated, active, archived cubes.`,
  );
  assert.equal(refusal("update", "active", { readonly: true }), `CONFLICT: Cube ${ID} is read-only.`);
  assert.equal(
    refusal("expire", "active", { retention: "legal-hold" }),
    `CONFLICT: Cube ${ID} is under legal hold.`,
  );
  assert.equal(refusal("govern", "frozen", { readonly: true, retention: "legal-hold" }), "allowed");
});

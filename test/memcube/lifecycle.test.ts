import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../eval/metrics/index.js";
import {
  type CubeState,
  cubeStateSchema,
  DEFAULT_GOVERNANCE,
  isMemosError,
  stateAfter,
  TRANSITIONS,
  type TransitionName,
} from "../../memcube/index.js";

const ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b";
const NAMES = Object.keys(TRANSITIONS) as TransitionName[];
const SEQUENCES = 100_000;
const LONGEST = 12;

/**
 * The life of a cube in other words than the table's: a stack of the places it was taken from. What takes it out
 * of sight puts a place on the stack, the undo of just that takes it off again.
 */
class Life {
  #place: CubeState = "active";
  readonly #before: CubeState[] = [];
  constructor(quarantined: boolean) {
    if (quarantined) this.#place = "generated";
  }

  get state(): CubeState {
    return this.#place;
  }

  /** Where it was before it came here. */
  get came(): CubeState | undefined {
    return this.#before.findLast((place) => place !== this.#place);
  }

  does(name: TransitionName): boolean {
    const changeable = ["generated", "active", "archived"].includes(this.#place);
    switch (name) {
      case "update":
      case "restore":
        return changeable;
      case "govern":
        return this.#place !== "forgotten";
      case "approve":
        return this.#goes("generated", "active");
      case "archive":
        return this.#goes("active", "archived");
      case "activate":
        return this.#goes("archived", "active");
      case "freeze":
        return this.#place !== "generated" && changeable && this.#to("frozen");
      case "merge":
        return this.#place !== "generated" && changeable && this.#to("merged");
      case "expire":
        return this.#place !== "expired" && this.#place !== "forgotten" && this.#to("expired");
      case "forget":
        return this.#place !== "forgotten" && this.#to("forgotten");
      case "thaw":
        return this.#back("frozen");
      case "unmerge":
        return this.#back("merged");
      case "renew":
        return this.#back("expired");
      case "recover":
        return this.#back("forgotten");
      case "rollback":
        return this.#place !== "frozen" && this.#place !== "forgotten" && this.#to(this.came ?? "active");
    }
  }

  #to(place: CubeState): true {
    if (place !== this.#place) this.#before.push(this.#place);
    this.#place = place;
    return true;
  }

  #goes(from: CubeState, to: CubeState): boolean {
    return this.#place === from && this.#to(to);
  }

  #back(from: CubeState): boolean {
    return this.#place === from && this.#to(this.came ?? "active");
  }
}

test(`${SEQUENCES} random sequences go where a small model of a cube's life goes`, () => {
  const random = seededRandom(4);
  const seen = new Set<string>();
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const life = new Life(random() < 0.2);
    let state = life.state;
    const past: CubeState[] = [state];
    for (let step = 1 + Math.floor(random() * LONGEST); step > 0; step--) {
      const name = NAMES[Math.floor(random() * NAMES.length)] as TransitionName;
      const from = state;
      const before = past.findLast((place) => place !== state);
      const allowed = life.does(name);
      try {
        state = stateAfter(name, { id: ID, state, governance: DEFAULT_GOVERNANCE }, before);
        assert.ok(allowed, `${name} in ${from} is not allowed`);
      } catch (error) {
        if (!isMemosError(error, "INVALID_TRANSITION")) throw error;
        assert.ok(!allowed, `${name} in ${from} is allowed`);
      }
      past.push(state);
      assert.equal(state, life.state, `${name} in ${from}`);
      seen.add(`${name} ${from} ${allowed}`);
    }
  }
  assert.equal(
    seen.size,
    NAMES.length * cubeStateSchema.options.length,
    "every step was tried in every state",
  );
});

test("a read-only cube refuses to say something else, to merge and to be forgotten, and nothing more", () => {
  const governance = { ...DEFAULT_GOVERNANCE, readonly: true };
  const refused = NAMES.filter((name) => {
    const state = TRANSITIONS[name].from[0];
    try {
      stateAfter(name, { id: ID, state, governance }, "active");
      return false;
    } catch (error) {
      assert.ok(isMemosError(error, "CONFLICT"));
      return true;
    }
  });
  assert.deepEqual(refused.sort(), ["forget", "merge", "restore", "rollback", "update"]);
});

test("a legal hold refuses what takes a cube away", () => {
  const governance = { ...DEFAULT_GOVERNANCE, retention: "legal-hold" as const };
  for (const name of ["merge", "expire", "forget"] as const)
    assert.throws(
      () => stateAfter(name, { id: ID, state: "active", governance }, undefined),
      (error) => isMemosError(error, "CONFLICT"),
    );
  assert.equal(stateAfter("update", { id: ID, state: "active", governance }, undefined), "active");
});

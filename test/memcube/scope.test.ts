import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Scope, scopeContains, scopeSchema } from "../../memcube/index.js";
import { arbitraryScope } from "./arbitrary.js";

// Few names, so that scopes are often the same in some parts.
const few = fc.constantFrom("a", "b");
const nearScope: fc.Arbitrary<Scope> = fc.record(
  { tenant: few, user: few, agent: few, app: few, session: few },
  { requiredKeys: ["tenant"], noNullPrototype: true },
);
const RUNS = { numRuns: 5_000 };

test("a scope contains itself", () => {
  fc.assert(fc.property(arbitraryScope, (scope) => scopeContains(scope, scope)));
});

test("two scopes that contain each other are the same", () => {
  fc.assert(
    fc.property(nearScope, nearScope, (a, b) => {
      if (scopeContains(a, b) && scopeContains(b, a)) assert.deepEqual(a, b);
    }),
    RUNS,
  );
});

test("what a contained scope contains is contained", () => {
  fc.assert(
    fc.property(nearScope, nearScope, nearScope, (a, b, c) => {
      if (scopeContains(a, b) && scopeContains(b, c)) assert.ok(scopeContains(a, c));
    }),
    RUNS,
  );
});

test("a scope with fewer parts contains the one with more, never the other way round", () => {
  fc.assert(
    fc.property(arbitraryScope, fc.constantFrom("user", "agent", "app", "session"), (scope, part) => {
      const removed = scope[part];
      const wider: Scope = { ...scope };
      delete wider[part];
      assert.ok(scopeContains(wider, scope));
      assert.equal(scopeContains(scope, wider), removed === undefined);
    }),
  );
});

test("the tenant is a partition: no scope contains one of another tenant", () => {
  fc.assert(
    fc.property(nearScope, nearScope, (a, b) => {
      if (a.tenant !== b.tenant) assert.equal(scopeContains(a, b), false);
    }),
  );
});

test("there is no scope without a tenant, and none with a part that nobody knows", () => {
  assert.equal(scopeSchema.safeParse({ user: "ana" }).success, false);
  assert.equal(scopeSchema.safeParse({ tenant: "acme", team: "red" }).success, false);
});

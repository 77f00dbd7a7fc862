import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { scopeContains } from "../../../memcube/index.js";
import { covers } from "../../../memos/governance/access.js";
import { decide, indexGrants } from "../../../memos/governance/decision.js";
import { holds, unsupported } from "../../../memos/governance/delegation.js";
import { labelsIn } from "../../../memos/governance/label.js";
import { ACTIONS, type Grant } from "../../../memos/index.js";
import { grantsTo, instants, isoOf, scopes } from "./arbitrary.js";
import { counts, KINDS, mayTouch } from "./oracle.js";

const HELPER = { kind: "agent", id: "helper" } as const;
const OWNER = { kind: "service", id: "owner" } as const;
const grants = fc.array(grantsTo(fc.constant(HELPER), fc.constant(OWNER)), { maxLength: 6 });
const actions = fc.constantFrom(...ACTIONS);

/** Indexes of `KINDS` that may be touched; none when it is denied. */
function touched(given: readonly Grant[], question: Parameters<typeof decide>[1]): number[] {
  const decision = decide(indexGrants(given), question);
  if (!decision.allowed) return [];
  const labels = labelsIn(decision.labels);
  return [...KINDS.keys()].filter((at) => covers(labels, KINDS[at] as (typeof KINDS)[number]));
}

test("a decision is what the grants say, word for word", () => {
  fc.assert(
    fc.property(grants, actions, scopes, instants, (given, action, scope, now) => {
      const decision = decide(indexGrants(given), { action, scope, now });
      assert.equal(
        decision.allowed,
        given.some((grant) => counts(grant, action, scope, now)),
      );
      const wanted = [...KINDS.keys()].filter((at) =>
        mayTouch(given, action, scope, KINDS[at] as (typeof KINDS)[number], now),
      );
      assert.deepEqual(touched(given, { action, scope, now }), wanted);
      if (!decision.allowed) assert.notEqual(decision.reason, "");
      else
        for (const id of decision.grants)
          assert.ok(given.some((grant) => grant.id === id && counts(grant, action, scope, now)));
    }),
    { numRuns: 1000 },
  );
});

test("nothing is allowed without a grant", () => {
  fc.assert(
    fc.property(actions, scopes, instants, (action, scope, now) => {
      assert.equal(decide(indexGrants([]), { action, scope, now }).allowed, false);
    }),
  );
});

test("more grants never make fewer rights, and time only takes rights away", () => {
  fc.assert(
    fc.property(
      grants,
      grants,
      actions,
      scopes,
      instants,
      instants,
      (given, more, action, scope, now, on) => {
        const before = touched(given, { action, scope, now });
        const after = new Set(touched([...given, ...more], { action, scope, now }));
        assert.ok(before.every((at) => after.has(at)));
        const later = touched(given, { action, scope, now: now + on });
        assert.ok(later.every((at) => before.includes(at)));
      },
    ),
  );
});

test("a narrower scope is covered by whatever covers the wider one", () => {
  fc.assert(
    fc.property(grants, actions, scopes, scopes, instants, (given, action, outer, other, now) => {
      const inner = { ...other, ...outer };
      assert.ok(scopeContains(outer, inner));
      const wide = touched(given, { action, scope: outer, now });
      const narrow = new Set(touched(given, { action, scope: inner, now }));
      assert.ok(wide.every((at) => narrow.has(at)));
    }),
  );
});

test("who passes a right on gives nothing that they do not have, at any time", () => {
  const one = grantsTo(fc.constant({ kind: "agent", id: "other" }), fc.constant(HELPER));
  // Something like the right that is passed on, so that the answer is often yes.
  const like = fc.record({ sensitivity: fc.constantFrom("internal", "secret"), end: instants });
  let passedOn = 0;
  fc.assert(
    fc.property(grants, one, like, scopes, instants, instants, (random, passed, near, scope, now, later) => {
      const { revokedAt: _, ...live } = passed;
      const { sensitivity, end } = near;
      const given: Grant[] = [
        ...random,
        { ...live, principal: HELPER, actions: [...ACTIONS], sensitivity, expiresAt: isoOf(end) } as Grant,
      ];
      if (!holds(indexGrants(given), live, now)) return;
      passedOn++;
      for (const action of live.actions)
        for (const at of [now, now + later]) {
          const own = new Set(touched(given, { action, scope, now: at }));
          assert.ok(touched([live], { action, scope, now: at }).every((kind) => own.has(kind)));
        }
    }),
    { numRuns: 3000 },
  );
  assert.ok(passedOn > 100, `${passedOn} were passed on`);
});

test("rights that only prop each other up are nobody's", () => {
  const a = { kind: "agent", id: "a" } as const;
  const b = { kind: "agent", id: "b" } as const;
  const made = (principal: Grant["principal"], grantedBy: Grant["principal"], id: string): Grant => ({
    id,
    principal,
    grantedBy,
    space: { tenant: "acme" },
    actions: ["read", "share"],
    sensitivity: "internal",
    visibility: "shared",
    reason: "",
    createdAt: isoOf(0),
  });
  const root = made(a, OWNER, "root");
  const circle = [made(b, a, "ab"), made(a, b, "ba")];
  assert.deepEqual(unsupported([root, ...circle], 1), []);
  assert.deepEqual(
    unsupported(circle, 1).map(({ id }) => id),
    ["ab", "ba"],
  );
});

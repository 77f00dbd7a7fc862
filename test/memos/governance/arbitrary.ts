import fc from "fast-check";
import { cubeTypeSchema, newCubeId, type Scope } from "../../../memcube/index.js";
import { ACTIONS, type Grant, type PrincipalName } from "../../../memos/index.js";

const NAMES = [undefined, "a", "b"];

export const scopes: fc.Arbitrary<Scope> = fc
  .record({
    tenant: fc.constantFrom("acme", "globex"),
    user: fc.constantFrom(...NAMES),
    agent: fc.constantFrom(...NAMES),
    app: fc.constantFrom(...NAMES),
    session: fc.constantFrom(...NAMES),
  })
  .map((parts) => Object.fromEntries(Object.entries(parts).filter(([, name]) => name)) as unknown as Scope);

/** Milliseconds; small, so that grants end before and after each other. */
export const instants = fc.integer({ min: 0, max: 20 });

export const isoOf = (milliseconds: number) => new Date(milliseconds).toISOString();

export function grantsTo(
  principal: fc.Arbitrary<PrincipalName>,
  giver: fc.Arbitrary<PrincipalName>,
): fc.Arbitrary<Grant> {
  return fc
    .record({
      principal,
      grantedBy: giver,
      space: scopes,
      actions: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1 }),
      types: fc.option(fc.uniqueArray(fc.constantFrom(...cubeTypeSchema.options), { minLength: 1 }), {
        nil: undefined,
      }),
      sensitivity: fc.constantFrom("public", "internal", "secret"),
      visibility: fc.constantFrom("shared", "all"),
      expiresAt: fc.option(instants, { nil: undefined }),
      revokedAt: fc.option(instants, { nil: undefined, freq: 4 }),
    })
    .map(({ types, expiresAt, revokedAt, ...rest }) => ({
      ...rest,
      id: newCubeId(),
      reason: "",
      createdAt: isoOf(0),
      ...(types === undefined ? {} : { types }),
      ...(expiresAt === undefined ? {} : { expiresAt: isoOf(expiresAt) }),
      ...(revokedAt === undefined ? {} : { revokedAt: isoOf(revokedAt) }),
    })) as fc.Arbitrary<Grant>;
}

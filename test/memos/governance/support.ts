import type { Grant, MemOS, NewGrant, Principal } from "../../../memos/index.js";

/** A principal with one more grant, and the memory as it may use it. */
export async function withGrant(
  memos: MemOS,
  principal: Principal,
  grant: Omit<NewGrant, "principal">,
): Promise<{ view: MemOS; grant: Grant }> {
  const { tenant, ...name } = principal;
  const known = await memos.governance.principals(tenant);
  if (!known.some((one) => one.principal.kind === name.kind && one.principal.id === name.id))
    await memos.governance.createPrincipal(principal);
  return {
    view: memos.as(principal),
    grant: await memos.governance.grant({ ...grant, principal: name }),
  };
}

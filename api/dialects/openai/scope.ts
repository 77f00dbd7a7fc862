import type { Request } from "express";
import * as z from "zod";
import { MemosError, SCOPE_PARTS, type Scope, scopeSchema } from "../../../memcube/index.js";
import { parse } from "../../../memos/index.js";
import { type Caller, scopeFor } from "../../auth.js";

type Part = Exclude<(typeof SCOPE_PARTS)[number], "tenant">;

const PARTS = SCOPE_PARTS.filter((part): part is Part => part !== "tenant");

/** How metadata spells the parts: as we do, and as mem0's clients do. */
const SPELLINGS: Readonly<Record<string, Part>> = {
  user: "user",
  user_id: "user",
  agent: "agent",
  agent_id: "agent",
  app: "app",
  app_id: "app",
  session: "session",
  session_id: "session",
  run_id: "session",
};

/** Where a request says whose memory it is about. */
export interface Stated {
  readonly user?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Whose memory a request is about: what its field `user`, its metadata and its headers say together, and else what
 * the key is of. Nowhere stands one above another: two that differ are refused.
 *
 * @throws MemosError INVALID_INPUT.
 */
export function statedScope(caller: Caller, request: Request, { user, metadata }: Stated): Scope {
  const said = new Map<Part, { value: string; where: string }>();
  const say = (part: Part, value: unknown, where: string) => {
    if (value === undefined || value === null) return;
    const name =
      parse(z.strictObject({ [where]: scopeSchema.shape.tenant }), { [where]: value })[where] ?? "";
    const before = said.get(part);
    if (before !== undefined && before.value !== name)
      throw new MemosError(
        "INVALID_INPUT",
        `\`${before.where}\` and \`${where}\` name two different ones of \`${part}\`.`,
        { path: where },
      );
    said.set(part, { value: name, where });
  };
  say("user", user, "user");
  for (const [key, part] of Object.entries(SPELLINGS)) say(part, metadata?.[key], `metadata.${key}`);
  for (const part of PARTS) say(part, headerOf(request, `x-memory-${part}`), `x-memory-${part}`);
  const scope = scopeFor(caller, Object.fromEntries([...said].map(([part, { value }]) => [part, value])));
  return withOwner(caller, scope);
}

/** Who has a key of their own and says nothing works on their own memory. */
function withOwner({ memos: { principal } }: Caller, scope: Scope): Scope {
  if (principal === undefined || scope.user !== undefined || scope.agent !== undefined) return scope;
  return principal.kind === "service" ? scope : { ...scope, [principal.kind]: principal.id };
}

/** Whether anybody was named: else it would be the memory of everybody in the tenant. */
export function namesSomebody(scope: Scope): boolean {
  return PARTS.some((part) => scope[part] !== undefined);
}

/**
 * A header as text: servers and clients do not agree on anything but ASCII in one.
 *
 * @throws MemosError INVALID_INPUT for anything else.
 */
export function headerOf(request: Request, name: string): string | undefined {
  const value = request.get(name);
  if (value === undefined || /^[\x20-\x7e]+$/.test(value)) return value;
  throw new MemosError("INVALID_INPUT", `\`${name}\`: is not plain ASCII; use \`metadata\`.`, { path: name });
}

/** Keys of metadata that name nobody. */
export function otherMetadata(metadata: Stated["metadata"]): string[] {
  return Object.keys(metadata ?? {}).filter((key) => !Object.hasOwn(SPELLINGS, key));
}

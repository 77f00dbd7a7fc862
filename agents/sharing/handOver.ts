import {
  contentHash,
  isMemosError,
  type MemCube,
  MemosError,
  newCubeId,
  type Scope,
  sha256,
  textOf,
} from "../../memcube/index.js";
import { samePrincipal } from "../../memos/governance/principal.js";
import type { Grant, MemOS, NewMemory, PrincipalName } from "../../memos/index.js";
import { parse } from "../../memos/parse.js";
import { SHARING_LIMITS } from "./limits.js";
import { type HandOverInput, type HandOverReceipt, handOverInputSchema } from "./operations.js";
import { actingAs, handOverSpace, spaceOf } from "./spaces.js";
import { type Left, workingSet } from "./workingSet.js";

/** Changes of grants, or of memories, by others in between, after which it is tried again. */
const ATTEMPTS = 5;

/**
 * Hands a working set from one agent to another: as copies, in a space that holds nothing else, which the other may
 * read until it ends. A copy is word for word, names its original as its source and keeps who said it, its origin
 * and how far it is trusted.
 *
 * Everything is done with the rights of `from`: it must be allowed to share its own space (`Team.join` sees to it).
 * `memos` is that agent's, or the owner's.
 *
 * @throws MemosError INVALID_INPUT, NOT_FOUND for an unknown agent, TOO_LARGE above `SHARING_LIMITS.handedOver`,
 * FORBIDDEN, IDEMPOTENCY_MISMATCH for another request with the key of an earlier one, CONFLICT for one that was
 * ended already.
 *
 * @example
 * const { space } = await handOver(memos, { tenant: "acme", from: "planner", to: "writer", session: "monday" });
 * await memos.as({ tenant: "acme", kind: "agent", id: "writer" }).recall("What is left to do?", space);
 */
export async function handOver(memos: MemOS, input: HandOverInput): Promise<HandOverReceipt> {
  const started = performance.now();
  const wanted = parse(handOverInputSchema, input);
  const { tenant, from, to, idempotencyKey, expiresAt, ...request } = wanted;
  if (from === to)
    throw new MemosError("INVALID_INPUT", "An agent does not hand over to itself.", { path: "to" });
  if (wanted.session === undefined && wanted.cubes.length === 0)
    throw new MemosError("INVALID_INPUT", "Name a session, or memories, to hand over.", { path: "cubes" });
  const view = actingAs(memos, { tenant, kind: "agent", id: from });
  const id = idempotencyKey === undefined ? newCubeId() : sha256(`${to}\n${idempotencyKey}`).slice(0, 32);
  const space = handOverSpace(tenant, from, id);
  const receiver: PrincipalName = { kind: "agent", id: to };
  const mark = `hand-over ${contentHash({ ...request, to, expiresAt }).slice(0, 16)}`;

  const before = await grantsOn(view, space, receiver);
  const known = before.find(({ revokedAt }) => revokedAt === undefined);
  if (known === undefined && before.length > 0)
    throw new MemosError("CONFLICT", `The hand-over ${id} was ended: a new one has another key.`, {
      path: "idempotencyKey",
    });
  if (known !== undefined && !known.reason.startsWith(mark))
    throw new MemosError("IDEMPOTENCY_MISMATCH", "This key was used for another hand-over.", {
      path: "idempotencyKey",
    });

  const until = known?.expiresAt ?? endOf(expiresAt);
  let grant = known;
  for (let attempt = 1; ; attempt++) {
    const { chosen, left } = await workingSet(view, spaceOf(tenant, from), wanted);
    if (chosen.length > 0 && grant === undefined)
      grant = await granted(view, receiver, space, until, `${mark} ${wanted.reason}`.trim());
    let replayed = known !== undefined;
    try {
      if (chosen.length > 0) replayed = (await copied(view, chosen, space, until)) && replayed;
    } catch (error) {
      // Written before, when its originals or its end were others: what is there is what was handed over.
      if (isMemosError(error, "IDEMPOTENCY_MISMATCH")) replayed = true;
      // An original went in between: it is looked at again.
      else if (isMemosError(error, "INVALID_INPUT") && attempt < ATTEMPTS) continue;
      else {
        if (grant !== undefined && known === undefined) await withdrawn(view, grant);
        throw error;
      }
    }
    const handed = await handedIn(view, space);
    return {
      id,
      from,
      to,
      space,
      ...(grant === undefined ? {} : { grant: grant.id, expiresAt: until }),
      handed,
      left: [...left, ...heldBack(chosen, handed, replayed)],
      replayed,
      llmCalls: 0,
      llmTokens: 0,
      milliseconds: performance.now() - started,
    };
  }
}

/** What is in the space of a hand-over and may be read by whom it was handed to. */
export async function handedIn(view: MemOS, space: Scope): Promise<HandOverReceipt["handed"]> {
  const { cubes } = await view.list(space, { limit: SHARING_LIMITS.handedOver, order: "oldest" });
  return cubes.flatMap(({ id, provenance, governance }) => {
    const [source] = provenance.sources;
    return source === undefined || governance.sensitivity === "secret" ? [] : [{ cube: id, of: source.cube }];
  });
}

function endOf(expiresAt: string | undefined): string {
  const now = Date.now();
  if (expiresAt !== undefined && Date.parse(expiresAt) > now + SHARING_LIMITS.lastsMsAtMost)
    throw new MemosError("INVALID_INPUT", "A hand-over lasts 30 days at most.", { path: "expiresAt" });
  return expiresAt ?? new Date(now + SHARING_LIMITS.lastsMs).toISOString();
}

async function grantsOn(view: MemOS, space: Scope, principal: PrincipalName): Promise<Grant[]> {
  const grants = await view.governance.grants(space);
  return grants.filter((grant) => samePrincipal(grant.principal, principal));
}

async function granted(
  view: MemOS,
  principal: PrincipalName,
  space: Scope,
  expiresAt: string,
  reason: string,
): Promise<Grant> {
  for (let attempt = 1; ; attempt++)
    try {
      return await view.governance.grant({
        principal,
        space,
        // To forget is to give back.
        actions: ["read", "forget"],
        visibility: "all",
        expiresAt,
        reason,
      });
    } catch (error) {
      if (!isMemosError(error, "CONFLICT") || attempt === ATTEMPTS) throw error;
    }
}

async function withdrawn(view: MemOS, grant: Grant): Promise<void> {
  try {
    await view.governance.revoke(grant.id, grant.space.tenant);
  } catch (error) {
    // Who may not share any more has lost what they gave with it.
    if (!isMemosError(error, "FORBIDDEN") && !isMemosError(error, "NOT_FOUND")) throw error;
  }
}

/** Writes the copies in one transaction; true where they had been written before. */
async function copied(
  view: MemOS,
  originals: readonly MemCube[],
  space: Scope,
  until: string,
): Promise<boolean> {
  const { session, ...own } = space as Scope & { session: string };
  // In the scope of the originals, so that trust flows from them.
  const { replayed } = await view.add(
    originals.map((cube) => copyOf(cube, session, until)),
    own,
    { idempotencyKey: session },
  );
  return replayed;
}

function copyOf(cube: MemCube, session: string, until: string): NewMemory {
  const { payload, attributes, provenance, time, governance } = cube;
  const text = textOf(cube) ?? "";
  const { title, keywords, tags, context, facts, metadata } = attributes;
  const { expiresAt = until } = governance;
  return {
    text,
    type: cube.type,
    ...(payload.kind === "plaintext" ? { format: payload.format } : {}),
    origin: provenance.origin,
    actor: provenance.actor,
    ...(title === undefined ? {} : { title }),
    keywords,
    tags,
    ...(context === undefined ? {} : { context }),
    ...(facts === undefined ? {} : { facts }),
    metadata,
    // It happened when the original did: a copy outdates nothing.
    occurredAt: time.occurredAt ?? time.recordedAt,
    ...(time.validFrom === undefined ? {} : { validFrom: time.validFrom }),
    ...(time.validTo === undefined ? {} : { validTo: time.validTo }),
    priority: cube.behaviour.priority,
    governance: {
      visibility: governance.visibility,
      sensitivity: governance.sensitivity,
      expiresAt: expiresAt < until ? expiresAt : until,
    },
    sources: [{ cube: cube.id, sha256: sha256(text) }],
    session,
  };
}

function heldBack(chosen: readonly MemCube[], handed: HandOverReceipt["handed"], replayed: boolean): Left[] {
  const copies = new Set(handed.map(({ of }) => of));
  const reason = replayed
    ? "It is not in what was handed over before, or was given back."
    : "The write firewall holds its copy back.";
  return chosen.filter(({ id }) => !copies.has(id)).map(({ id }) => ({ cube: id, reason }));
}

import type { Request } from "express";
import { type MemCube, MemosError, type Scope } from "../memcube/index.js";
import type { MemOS, WriteReceipt } from "../memos/index.js";
import { HTTP_LIMITS } from "./limits.js";
import { HttpError } from "./problem.js";

/** RFC 9110, section 8.8.3. */
const TAG = /^(W\/)?"([\x21\x23-\x7e]*)"$/;

/** The strong entity tag of one version of a memory. */
export function entityTag({ id, version }: Pick<MemCube, "id" | "version">): string {
  return `"${id}.${version}"`;
}

/** The tag that a memory has after a write that left it at one version. */
export function tagAfter(id: string, { written }: WriteReceipt): string | undefined {
  const last = written.findLast((one) => one.id === id);
  return last === undefined ? undefined : entityTag(last);
}

interface Tag {
  readonly weak: boolean;
  readonly text: string;
}

function tagsIn(name: string, header: string): "*" | readonly Tag[] {
  if (header.trim() === "*") return "*";
  const parts = header.split(",").map((part) => part.trim());
  if (parts.length > HTTP_LIMITS.entityTags)
    throw new MemosError("TOO_LARGE", `\`${name}\` names more than ${HTTP_LIMITS.entityTags} entity tags.`, {
      path: name,
    });
  return parts.map((part) => {
    const [, weak, text] = TAG.exec(part) ?? [];
    if (text === undefined)
      throw new MemosError("INVALID_INPUT", `\`${name}\` must be \`*\` or entity tags in quotes.`, {
        path: name,
      });
    return { weak: weak !== undefined, text: `"${text}"` };
  });
}

/** Whether a client that reads has this version already (`If-None-Match`, RFC 9110, section 13.1.2). */
export function isKnown(request: Request, tag: string): boolean {
  const header = request.get("if-none-match");
  if (header === undefined) return false;
  const tags = tagsIn("if-none-match", header);
  return tags === "*" || tags.some(({ text }) => text === tag);
}

export function preconditionFailed(detail: string): HttpError {
  return new HttpError("CONFLICT", detail, {
    status: 412,
    title: "The memory has changed meanwhile",
    remedy: "Read the memory again and repeat the change on top of its new entity tag.",
  });
}

/**
 * The version that `If-Match` (RFC 9110, section 13.1.1) allows a write to stand on; undefined when any will do.
 * With `*` it only has to be there, which the write itself finds out.
 *
 * @throws HttpError 412 when no tag is one of this memory: weak ones never are.
 */
export async function versionToMatch(
  request: Request,
  id: string,
  memos: MemOS,
  scope: Scope,
): Promise<number | undefined> {
  const header = request.get("if-match");
  if (header === undefined) return undefined;
  const tags = tagsIn("if-match", header);
  if (tags === "*") return undefined;
  const versions = tags.flatMap(({ weak, text }) => {
    const [, version] = weak ? [] : (new RegExp(`^"${id}\\.([1-9]\\d{0,14})"$`).exec(text) ?? []);
    return version === undefined ? [] : [Number(version)];
  });
  const [first, ...others] = versions;
  if (others.length === 0) {
    if (first !== undefined) return first;
    // What is not there is not there, whatever is asked of it.
    await memos.get(id, scope);
    throw preconditionFailed("No entity tag of the request is one of this memory.");
  }
  const { version } = await memos.get(id, scope);
  return versions.includes(version) ? version : first;
}

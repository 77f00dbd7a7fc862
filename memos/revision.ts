import type * as z from "zod";
import { type Attributes, type CubeContent, type MemCube, MemosError, textOf } from "../memcube/index.js";
import { withNoteAttributes } from "./extraction/noteAttributes.js";
import type { updatePatchSchema } from "./operations.js";

/** A cube with a patch applied: a new value, the old one stays as it is. */
export function patched(cube: MemCube, patch: z.output<typeof updatePatchSchema>): MemCube {
  const { text, format, type, title, keywords, tags, context, facts, links, metadata, priority, ...times } =
    patch;
  if ((text !== undefined || format !== undefined) && cube.payload.kind !== "plaintext")
    throw new MemosError("INVALID_INPUT", "Only a plaintext cube has a text to change.", { path: "text" });
  if (type !== undefined && type !== cube.type && (type === "vault" || cube.type === "vault"))
    throw new MemosError("INVALID_INPUT", "A memory goes into the vault, or out of it, as a new one.", {
      path: "type",
    });
  const named = (["title", "keywords", "tags", "context", "facts", "links"] as const).filter(
    (name) => patch[name] !== undefined,
  );
  const authors = Object.fromEntries(named.map((name) => [name, "caller" as const]));
  const kept = text === undefined || text === textOf(cube) ? cube.attributes : withoutModel(cube.attributes);
  return withNoteAttributes({
    ...cube,
    type: type ?? cube.type,
    payload:
      cube.payload.kind === "plaintext"
        ? { ...cube.payload, text: text ?? cube.payload.text, format: format ?? cube.payload.format }
        : cube.payload,
    attributes: withoutNulls({
      ...kept,
      authors: { ...kept.authors, ...authors },
      ...given({ title, keywords, tags, context, facts, links, metadata }),
    }),
    time: withoutNulls({ ...cube.time, ...given(times) }),
    behaviour: { ...cube.behaviour, priority: priority ?? cube.behaviour.priority },
  });
}

/**
 * A cube with the content that it had before. A legal hold stays, whatever was then.
 *
 * @throws MemosError CONFLICT when its life would have ended before now.
 */
export function wentBack(cube: MemCube, content: CubeContent, now: string): MemCube {
  const { retention } = cube.governance;
  const held = retention === "legal-hold" ? { retention } : {};
  const { expiresAt } = content.governance;
  if (content.state !== "expired" && expiresAt !== undefined && expiresAt <= now)
    throw new MemosError("CONFLICT", `Cube ${cube.id} would have expired at ${expiresAt}.`);
  return { ...cube, ...content, governance: { ...content.governance, ...held } };
}

/** Without what a model found in the text before: the new one may say the opposite. */
function withoutModel({ facts, links, ...others }: Attributes): Attributes {
  const authors = Object.fromEntries(
    Object.entries(others.authors).filter(([, author]) => author !== "model"),
  );
  return {
    ...others,
    ...(facts === undefined || others.authors.facts === "model" ? {} : { facts }),
    ...(links === undefined || others.authors.links === "model" ? {} : { links }),
    authors,
  };
}

/** Only what the patch names; null stays, as the wish to remove. */
function given<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<T>;
}

function withoutNulls<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], null | undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null)) as {
    [K in keyof T]: Exclude<T[K], null | undefined>;
  };
}

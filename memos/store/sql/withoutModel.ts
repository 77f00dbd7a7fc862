import { type Attributes, type CubeContent, nextVersion, type Version } from "../../../memcube/index.js";

const NAMES = ["title", "keywords", "tags", "context", "facts", "links"] as const;

/**
 * A chain of versions without anything that a model has written into it, hashed anew; null when no model has. What
 * a model says of one cube may repeat what it was shown of another.
 */
export function withoutModel(cubeId: string, chain: readonly Version[]): Version[] | null {
  const written = chain.some(({ content }) =>
    NAMES.some((name) => content.attributes.authors[name] === "model"),
  );
  if (!written) return null;
  const clean: Version[] = [];
  for (const link of chain) {
    const byModel = NAMES.some((name) => link.content.attributes.authors[name] === "model");
    clean.push(
      nextVersion(cubeId, clean.at(-1) ?? null, {
        ...link,
        content: stripped(link.content),
        cause: byModel ? "" : link.cause,
      }),
    );
  }
  return clean;
}

function stripped(content: CubeContent): CubeContent {
  const { authors, ...attributes } = content.attributes;
  const kept: Attributes = { ...attributes, authors: { ...authors } };
  for (const name of NAMES) {
    if (authors[name] !== "model") continue;
    delete kept.authors[name];
    if (name === "keywords" || name === "tags") kept[name] = [];
    else delete kept[name];
  }
  return { ...content, attributes: kept };
}

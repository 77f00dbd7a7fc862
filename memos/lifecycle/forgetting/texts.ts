import type { CubeContent } from "../../../memcube/index.js";

/** Everything that somebody, or a model, said in a version of a cube. */
export function textsOf({ payload, attributes }: CubeContent): string[] {
  const { title, context, keywords, tags, facts = [], links = [], metadata } = attributes;
  return [
    payload.kind === "plaintext" ? payload.text : "",
    title ?? "",
    context ?? "",
    ...keywords,
    ...tags,
    ...facts.flatMap(({ subject, object }) => [subject, object]),
    ...links.map(({ why }) => why ?? ""),
    ...Object.entries(metadata).flatMap(([name, value]) => [name, ...[value].flat().map(String)]),
  ].filter((text) => text !== "");
}

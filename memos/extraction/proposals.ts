import type { Attributes, MemCube } from "../../memcube/index.js";
import type { ResolvedLink } from "./noteExtraction.js";
import type { ExtractedNote, ProposedEvolution } from "./siftAnswer.js";

type Proposal = Pick<ProposedEvolution, "keywords" | "tags" | "context">;

/** A cube with attributes that a model proposes, where no caller has said otherwise. */
export function withModelAttributes(cube: MemCube, proposal: Proposal): MemCube {
  const attributes: Attributes = { ...cube.attributes, authors: { ...cube.attributes.authors } };
  const free = (name: keyof Proposal) => attributes.authors[name] !== "caller";
  if (proposal.keywords !== undefined && proposal.keywords.length > 0 && free("keywords")) {
    attributes.keywords = [...proposal.keywords];
    attributes.authors.keywords = "model";
  }
  if (proposal.tags !== undefined && proposal.tags.length > 0 && free("tags")) {
    attributes.tags = [...proposal.tags];
    attributes.authors.tags = "model";
  }
  if (proposal.context !== undefined && free("context")) {
    attributes.context = proposal.context;
    attributes.authors.context = "model";
  }
  return { ...cube, attributes };
}

/** A cube with everything that a model found in it: attributes, facts, and links to its neighbours. */
export function withModelNote(cube: MemCube, note: ExtractedNote, links: readonly ResolvedLink[]): MemCube {
  const noted = withModelAttributes(cube, note);
  const { attributes } = noted;
  const authors = { ...attributes.authors };
  const facts = authors.facts === "caller" ? attributes.facts : note.facts;
  const linked = authors.links === "caller" ? attributes.links : links;
  if (facts !== undefined && facts.length > 0) authors.facts ??= "model";
  if (linked !== undefined && linked.length > 0) authors.links ??= "model";
  return {
    ...noted,
    attributes: {
      ...attributes,
      ...(facts === undefined || facts.length === 0 ? {} : { facts: [...facts] }),
      ...(linked === undefined || linked.length === 0 ? {} : { links: [...linked] }),
      authors,
    },
  };
}

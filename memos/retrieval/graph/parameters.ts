/** Every number of the graph channel in one place: one set for all data. */
export interface GraphParameters {
  /** The best cubes of the direct search, from which the walk starts. */
  readonly seeds: number;
  /** The chance that a walk goes on from a cube through an entity to another cube. */
  readonly damping: number;
  /** How far a part of a name stands back behind a name. */
  readonly part: number;
  /** From a cube to what it is about, against what it names. */
  readonly about: number;
  /** From a cube to an entity in a sentence that answers nothing of the question, and what answering all of it adds. */
  readonly unasked: number;
  readonly asked: number;
  /** Power of an entity's specificity. */
  readonly specificity: number;
  /** From an entity to a cube that is about it, against one that names it. */
  readonly home: number;
  /** From an entity to a cube that holds nothing of the question, and what holding all of it adds. */
  readonly apart: number;
  readonly close: number;
  /** Weight of a link between two cubes. */
  readonly link: number;
  /** Entities named by more cubes than this lead only to cubes that the direct search found. */
  readonly common: number;
  /**
   * Weight of ending the walk at a cube, and at an entity, against going on: where all ways on are weak,
   * little goes on.
   */
  readonly endAtCube: number;
  readonly endAtEntity: number;
  readonly iterations: number;
}

export const GRAPH: GraphParameters = {
  seeds: 8,
  damping: 0.6,
  part: 0.4,
  about: 0.3,
  unasked: 0.2,
  asked: 5,
  specificity: 1,
  home: 24,
  apart: 0.25,
  close: 1,
  link: 1,
  common: 30,
  endAtCube: 0,
  endAtEntity: 0.3,
  iterations: 6,
};

/** A log-linear score: how much each piece of evidence counts. */
export interface DirectWeights {
  readonly bias: number;
  /** Text score against the best of all candidates. */
  readonly text: number;
  /** Fused score of the direct search against the best. */
  readonly direct: number;
  /** 1 / rank in the direct search. */
  readonly rank: number;
  /** The question names the title; the title's share of the question; 1 / cubes of that title. */
  readonly titled: number;
  readonly titleShare: number;
  readonly titleOnly: number;
  /** Cosine similarity to the question. */
  readonly similarity: number;
  /** 1 / (rank by similarity + 1). */
  readonly near: number;
}

export interface FusedWeights extends DirectWeights {
  /** Logarithm of the walk's score, from 0 (not reached) to 1. */
  readonly walkLog: number;
  /** Square root of what the walk brought, without the restart. */
  readonly walk: number;
  /** 1 / (rank by what the walk brought + 1). */
  readonly walkRank: number;
  readonly walkText: number;
  readonly home: number;
  readonly sure: number;
  readonly sureRank: number;
  readonly sureHome: number;
  readonly homeText: number;
  readonly homeRank: number;
  readonly anchorRank: number;
  readonly anchorWalk: number;
  readonly gLog: number;
  readonly gRank: number;
  readonly gWalk: number;
  readonly gText: number;
  readonly gDirect: number;
  readonly gWalkText: number;
}

export const DIRECT: DirectWeights = {
  bias: -6.65,
  text: 4,
  direct: 0,
  rank: 2.5,
  titled: 1.5,
  titleShare: 1,
  titleOnly: 2.4,
  similarity: 0,
  near: 0,
};

export const FUSED: FusedWeights = {
  bias: -10.6,
  text: 1.04,
  direct: 0,
  rank: -2.14,
  titled: 0.26,
  titleShare: 0.63,
  titleOnly: 0.99,
  similarity: 0,
  near: 0,
  walkLog: 7.5,
  walk: 4.8,
  walkRank: 7,
  walkText: 0.9,
  home: 0,
  sure: 0,
  sureRank: 0,
  sureHome: 0,
  homeText: 0,
  homeRank: 0,
  anchorRank: 0,
  anchorWalk: 0,
  gLog: 0,
  gRank: 0,
  gWalk: 0,
  gText: 0,
  gDirect: 0,
  gWalkText: 0,
};
